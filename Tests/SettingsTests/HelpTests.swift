import Testing

@testable import Settings

@Suite("Help")
struct HelpTests {
    private let shared = """
        Places:
              --broker ADDRESS      Where messages are (default sqlite:DATA/broker.db)
              --data DIR            Folder of all defaults (default data)
              --countries CODE,...  The countries to work on (or --country, repeatable;
                                    default all of the catalog)
              --kafka NAME=VALUE    A setting of librdkafka's (repeatable)
          DEMO_PASSWORD             Password of the broker (a secret: environment or
                                    password: in the file)
              --password-command COMMAND
                                    A command of the shell that prints password

        Common:
              --memory SIZE  Bound on memory (64MiB to 1TiB; default 256MiB)
          -q, --quiet        Only warnings and errors
          -v, --verbose      More
              --config FILE  Read settings from this file (default demo.yaml, then
                             /etc/demo/demo.yaml)
          -h, --help         Print help
              --version      Print the version

        """

    private var overview: String {
        """
        Moves sales from one place to another, each exactly once

        Usage: demo COMMAND [FLAGS]

        Commands:
          publish     Make sales and send them to their topics
          stream      Cut topics into files
          replay      Send a file again
          config      Print the settings in force
          help        Tell of one command and the flags that it takes
          completion  Print what makes bash, zsh or fish complete words

        \(shared)
        "demo help COMMAND" tells of one command and the flags that it takes.

        """
    }

    @Test("Of the whole", arguments: ["--help", "-h", "help", "--rows --help", "help config -h --nonsense"])
    func whole(line: String) {
        if line.hasPrefix("help config") {
            #expect(Demo.answer(line).contains("Usage: demo config [FLAGS]"))
        } else {
            #expect(Demo.answer(line) == "0 " + overview)
        }
    }

    @Test(
        "Of one command, wherever the flag stands",
        arguments: ["help stream", "stream --help", "stream --rows 0 -h", "--json --help stream"])
    func command(line: String) {
        #expect(
            Demo.answer(line) == """
                0 Cut topics into files

                Usage: demo stream [FLAGS]

                A file is cut when it has enough rows or is old enough, whatever comes first; a
                topic on which nothing happens is cut too.

                    demo stream --rows 500 --until-drained

                Killed at any moment, it goes on where it was.

                Cutting:
                      --rows N            Cut a file when it has so many rows (1 to 10000000
                                          rows; default 10000)
                      --seconds DURATION  Cut a file when it is so old (1s to 1d; default 45s)
                      --until-drained     Flush what is there, then leave
                      --group NAME        Consumer group (default demo-stream)
                      --[no-]check        Check what was written (default true)

                \(shared)
                What is not given as a flag is taken from the environment (--rows is DEMO_ROWS),
                then from the file (rows:), then it is the default.

                """)
    }

    @Test("Positional arguments are in the usage line")
    func positionals() {
        #expect(Demo.answer("replay -h").contains("Usage: demo replay FILE [MODE] [FLAGS]\n"))
    }

    @Test("Without a command the help of the whole, and 64")
    func nothing() {
        #expect(Demo.answer("") == "64 demo: which command?\n\n" + overview.dropLast())
    }

    @Test("No line is wider than 80 characters")
    func width() {
        for command in Demo.tool.commands {
            for line in Demo.answer("help \(command.name)").split(separator: "\n") { #expect(line.count <= 80) }
        }
    }

    @Test("The version, and after -- nothing is a flag")
    func version() throws {
        #expect(Demo.answer("--version") == "0 demo 1.2.3\n")
        #expect(try Demo.call("replay -- --help").positionals == ["--help"])
    }

    @Test("Completion scripts hold each command and its flags, and no secret", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) {
        let script = Demo.answer("completion \(shell)")
        for word in ["publish", "stream", "until-drained", "password-command", "max real"] { #expect(script.contains(word)) }
        #expect(!script.contains("--password ") && !script.contains("-l password "))
    }
}
