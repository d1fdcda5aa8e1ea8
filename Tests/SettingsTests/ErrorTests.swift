import Testing

@testable import Settings

@Suite("What is refused")
struct ErrorTests {
    @Test(
        "Wrong use of a flag is 64 and says how to mend it",
        arguments: [
            ("steam", "demo: there is no command \"steam\"; did you mean stream?\nTry \"demo --help\"."),
            ("help steam", "demo: there is no command \"steam\"; did you mean stream?\nTry \"demo --help\"."),
            ("help nonsense", "demo: there is no command \"nonsense\"\nTry \"demo --help\"."),
            ("steam --help", "demo: there is no command \"steam\"; did you mean stream?\nTry \"demo --help\"."),
            ("completion tcsh", "demo: completion takes the name of a shell: bash, zsh or fish\nTry \"demo --help\"."),
            ("stream --rwos 5", "there is no flag \"--rwos\"; did you mean --rows?"),
            ("stream --größe 5", "there is no flag \"--größe\""),
            ("stream -x", "there is no flag \"-x\""),
            ("stream -rows 5", "there is no flag \"-rows\"; did you mean --rows?"),
            ("stream --rows 0", "--rows must be 1 to 10000000 rows, not \"0\""),
            ("stream --rows -5", "--rows must be 1 to 10000000 rows, not \"-5\""),
            ("stream --rows ٣", "--rows must be 1 to 10000000 rows, not \"٣\""),
            ("stream --rows=", "--rows must not be empty"),
            ("stream --rows", "--rows needs a value: --rows N"),
            (
                "stream --rows --seconds 5",
                "--rows needs a value, and \"--seconds\" looks like a flag; a value that begins so is written --rows=VALUE"
            ),
            ("stream --no-check=1", "--no-check takes no value"),
            ("stream --check=maybe", "--check must be true or false, not \"maybe\""),
            ("stream rows", "what is \"rows\" for? Did you mean --rows?"),
            ("stream \u{1B}[2J", "what is \"\\u{1b}[2J\" for?"),
            ("stream --count 5", "--count is not for stream; it is for publish"),
            ("stream --countries US,uk", "--countries must be codes of two capital letters, not \"uk\""),
            ("stream --country US,,UK", "--countries must not be empty"),
            ("stream --memory 1MiB", "--memory must be 64MiB to 1TiB, not \"1MiB\""),
            ("stream --seconds 2y", "--seconds must be a span of time such as 45s, 10m or 250ms, not \"2y\""),
            ("stream --broker http://x", "--broker must begin with kafka:// or sqlite:, not \"http://x\""),
            ("stream --kafka x", "--kafka must be NAME=VALUE, not \"x\""),
            (
                "stream --password geheim",
                "--password is a secret, which every user of the machine could read in the list of processes; give it as DEMO_PASSWORD in "
                    + "the environment, as password: in a file that only you can read, or name a command that prints it with --password-command"
            ),
            (
                "stream --kafka sasl.password=geheim",
                "--kafka sasl.password is a secret, which every user of the machine could read in the list of processes; give it in "
                    + "DEMO_KAFKA in the environment, or below kafka: in a file that only you can read"
            ),
            (
                "stream --kafka main.password=geheim",
                "--kafka main.password is a secret, which every user of the machine could read in the list of processes; give it as "
                    + "DEMO_PASSWORD or in DEMO_KAFKA in the environment, as password: or below kafka: in a file that only you can read, "
                    + "or name a command that prints it with --password-command"
            ),
        ])
    func flags(line: String, expected: String) {
        let whole = expected.contains("\n") ? expected : "demo stream: \(expected)\nTry \"demo stream --help\"."
        // An alias is blamed as it was spelled.
        #expect(Demo.answer(line) == "64 " + (line.contains("--country ") ? whole.replacing("--countries", with: "--country") : whole))
    }

    @Test("What may be the rest of a secret is not repeated")
    func restOfSecret() {
        for text in ["a.password=ge;heim", "a.password=ge;h eim=x"] {
            let answer = Demo.answer("stream", ["DEMO_KAFKA": text])
            #expect(answer.hasPrefix("78 demo: DEMO_KAFKA in the environment must be pairs of NAME=VALUE"))
            #expect(!answer.contains("eim"))
        }
    }

    @Test("Positional arguments are checked")
    func positionals() throws {
        #expect(Demo.answer("replay") == "64 demo replay: FILE is missing\nTry \"demo replay --help\".")
        #expect(Demo.answer("replay a wte").hasPrefix("64 demo replay: MODE must be one of dry, wet, not \"wte\"; did you mean wet?"))
        #expect(Demo.answer("replay a dry c").hasPrefix("64 demo replay: what is \"c\" for?"))
        #expect(try Demo.call("replay - dry").positionals == ["-", "dry"])
    }

    @Test(
        "A wrong file is 78 with line, column and key",
        arguments: [
            ("row: 5", "1:1: there is no setting \"row\"; did you mean rows?"),
            ("country: US", "1:1: there is no setting \"country\"; did you mean countries?"),
            ("no-check: true", "1:1: there is no setting \"no-check\"; did you mean check?"),
            ("a: 1\n", "1:1: there is no setting \"a\""),
            ("\nrows: 0", "2:7: rows must be 1 to 10000000 rows, not \"0\""),
            ("rows: 5\nrows: 6", "2:1: the key \"rows\" stands twice: here and in line 1"),
            ("rows:", "1:1: rows has no value; give one or take the line out"),
            ("rows: ''", "1:7: rows must not be empty"),
            ("rows: [1]", "1:7: rows takes one plain value"),
            ("until-drained: yes", "1:16: until-drained must be true or false, not \"yes\""),
            ("kafka: 5", "1:8: kafka takes names with values, each on a line of its own below it"),
            ("kafka: {a: [1]}", "1:9: kafka takes names with plain values, such as \"name: value\""),
            ("kafka:\n  a b: 1", "2:8: kafka has the name \"a b\", which holds a space"),
            ("countries: [US, uk]", "1:17: countries must be codes of two capital letters, not \"uk\""),
            ("countries: []", "1:12: countries must not be empty"),
            ("countries: {US: 1}", "1:12: countries takes a list of plain values"),
            ("config: x", "1:1: a file cannot name another; give config as a flag or in the environment"),
            ("- a", "1:1: the file must hold lines such as \"key: value\""),
            ("a: \"", nil),
            ("password: geheim", "1:11: password is a secret, and others may read or change this file; chmod 600 demo.yaml"),
            ("kafka:\n  x.password: geheim", "2:15: x.password is a secret, and others may read or change this file; chmod 600 demo.yaml"),
        ] as [(String, String?)])
    func files(file: String, expected: String?) {
        let answer = Demo.answer("stream", file: file, isPrivate: false)
        #expect(answer.hasPrefix("78 demo.yaml:1:") || expected != nil)
        if let expected { #expect(answer == "78 demo.yaml:" + expected) }
        #expect(!answer.contains("geheim"))
    }

    @Test("A wrong variable is 78 with its name; an unknown one is a warning")
    func environment() throws {
        #expect(Demo.answer("stream", ["DEMO_ROWS": "x"]) == "78 demo: DEMO_ROWS in the environment must be 1 to 10000000 rows, not \"x\"")
        let run = try Demo.call("stream", ["DEMO_ROW": "7", "ROWS": "x", "DEMO_XYZZY": "1", "DEMO_COUNTRY": "US"])
        #expect(
            run.warnings == [
                "DEMO_COUNTRY in the environment is no setting of demo; did you mean DEMO_COUNTRIES?",
                "DEMO_ROW in the environment is no setting of demo; did you mean DEMO_ROWS?",
                "DEMO_XYZZY in the environment is no setting of demo",
            ])
    }

    @Test("A file that is named must be there; one that cannot be read is not passed over")
    func missingFile() {
        #expect(Demo.answer("stream --config gone.yaml") == "78 gone.yaml: there is no such file; --config names it")
        #expect(
            Demo.answer("stream", ["DEMO_CONFIG": "gone.yaml"])
                == "78 gone.yaml: there is no such file; DEMO_CONFIG in the environment names it")
        #expect(throws: SettingsError(status: .configuration, message: "demo.yaml: cannot be read: Permission denied")) {
            try Demo.tool.interpret(arguments: ["stream"], environment: [:]) { _ in .failed("Permission denied") }
        }
    }

    @Test("The program's own checks blame the source of the value")
    func later() throws {
        let given = try Demo.call("publish --rate 5", ["DEMO_COUNT": "7"], file: "\npace: max").settings
        #expect(given.error(Demo.rate, "is too much").message == "demo publish: --rate is too much\nTry \"demo publish --help\".")
        #expect(
            given.error(Demo.count, "is odd")
                == SettingsError(status: .configuration, message: "demo: DEMO_COUNT in the environment is odd"))
        #expect(given.error(Demo.pace, "is odd").message == "demo.yaml:2:7: pace is odd")
        #expect(given.error(Demo.start, "is missing").status == .usage)
    }

    @Test("Nearest names: swaps, gaps, prefixes, any script; never far-fetched")
    func nearest() {
        let names = ["publish", "stream", "load", "reconcile", "straße"]
        let cases = [
            ("pubilsh", "publish"), ("laod", "load"), ("strasse", "straße"), ("recon", "reconcile"), ("STREAM", "stream"), ("xyz", nil),
            ("", nil),
            (String(repeating: "a", count: 100_000), nil),
        ]
        for (typed, expected) in cases { #expect(NearestName.of(typed, in: names) == expected) }
    }
}
