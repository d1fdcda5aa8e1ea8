import FaultSimulator
import Glibc

let status: Int32
do {
    status = try SimulateCommand(arguments: Array(CommandLine.arguments.dropFirst())).run()
} catch {
    print("simulate: \(error)\n\(SimulateCommand.usage)")
    status = 64
}
exit(status)
