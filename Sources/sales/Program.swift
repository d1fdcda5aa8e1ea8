internal import Glibc
internal import Logging
internal import Settings

/// The program: reads its call, runs one command, leaves with the status that the contract gives.
@main
struct Program {
    static func main() async {
        let console = Console()
        do throws(SettingsError) {
            switch try SalesTool.tool.interpret(arguments: Array(CommandLine.arguments.dropFirst()), environment: environment()) {
            case .text(let text):
                print(text, terminator: "")
            case .run(let call):
                await run(call)
            }
        } catch {
            leave(error.status, error.message, console)
        }
    }

    private static func run(_ call: CommandLineTool.ParsedCommand) async {
        let moves = ["publish", "stream", "load", "run"].contains(call.name)
        let session = Session(call.settings, warnings: call.warnings, command: call.name, logsToFile: moves)
        if moves { Allocator.fit(into: call.settings[SalesSettings.memory]) }
        do {
            switch call.name {
            case "generate": try await GenerateCommand(session: session).run()
            case "publish": try await PublishCommand(session: session).run()
            case "stream": try await StreamCommand(session: session).run()
            case "load": try await LoadCommand(session: session).run()
            case "run": try await RunCommand(session: session).run()
            case "setup": try await SetupCommand(session: session).run()
            case "doctor": try await DoctorCommand(session: session).run()
            case "reconcile": try await ReconcileCommand(session: session).run()
            case "status": try await StatusCommand(session: session).run()
            default: print(call.settings[SalesSettings.json] ? call.settings.reportJSON + "\n" : call.settings.report, terminator: "")
            }
        } catch {
            let failure = Failure(error)
            session.tell(failure)
            // An error in a setting tells by itself which command or which line of a file it is about.
            leave(failure.status, error is SettingsError ? failure.message : "sales \(call.name): \(failure.message)", session.console)
        }
        if let status = session.signals.status { exit(status.rawValue) }
    }

    /// Says why, line by line, and ends the program.
    private static func leave(_ status: ExitStatus, _ message: String, _ console: Console) -> Never {
        for line in message.split(separator: "\n", omittingEmptySubsequences: false) { console.write(String(line)) }
        exit(status.rawValue)
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { variables[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            next += 1
        }
        return variables
    }
}
