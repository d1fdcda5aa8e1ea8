import Glibc
import Testing

@testable import Settings

@Suite("Which value counts")
struct PrecedenceTests {
    @Test("Flag, then environment, then file, then default")
    func precedence() throws {
        let file = "rows: 4\nseconds: 5\ngroup: file\nuntil-drained: true\n"
        let settings = try Demo.call("stream --rows 2", ["DEMO_ROWS": "3", "DEMO_SECONDS": "2m"], file: file).settings
        #expect(settings[Demo.rows] == 2)
        #expect(settings[Demo.seconds] == .seconds(120))
        #expect(settings[Demo.group] == "file")
        #expect(settings[Demo.drained])
        #expect(settings[Demo.memory] == 256 << 20)
        #expect(settings.origin(of: Demo.rows) == .flag("--rows"))
        #expect(settings.origin(of: Demo.seconds).description == "environment DEMO_SECONDS")
        #expect(settings.origin(of: Demo.group).description == "file demo.yaml:3")
        #expect(settings.origin(of: Demo.memory) == .fallback && !settings.isGiven(Demo.memory))
        #expect(settings.origin(of: Demo.count) == .unset && settings[Demo.count] == nil)
    }

    @Test("Of a flag that comes again the last counts; lists add up without doubles; a flag goes before its opposite")
    func again() throws {
        let settings = try Demo.call("stream --rows 1 --rows=2 --countries US,UK --country DE --country US --check --no-check -qv").settings
        #expect(settings[Demo.rows] == 2)
        #expect(settings[Demo.countries] == ["US", "UK", "DE"])
        #expect(!settings[Demo.check] && settings[Demo.quiet] && settings[Demo.verbose])
        #expect(try Demo.call("--rows 3 stream").settings[Demo.rows] == 3)
        #expect(try Demo.call("stream --no-check --check=true").settings[Demo.check])
    }

    @Test(
        "A list of a higher rank replaces one of a lower; in the file it may stand in either form",
        arguments: ["US, UK", "[US, UK]", "\n  - US\n  - 'UK'"])
    func lists(form: String) throws {
        #expect(try Demo.call("stream", file: "countries: \(form)").settings[Demo.countries] == ["US", "UK"])
        #expect(try Demo.call("stream --country FR", file: "countries: \(form)").settings[Demo.countries] == ["FR"])
        #expect(
            try Demo.call("stream", ["DEMO_COUNTRIES": "IT , FR"], file: "countries: \(form)").settings[Demo.countries] == ["IT", "FR"])
    }

    @Test("Pairs are put together name by name")
    func pairs() throws {
        let settings = try Demo.call(
            "stream --kafka a=1 --kafka a=2=3", ["DEMO_KAFKA": "b=4;c=\n d=x y"], file: "kafka:\n  a: 5\n  b: 6\n  acks: all"
        ).settings
        #expect(settings[Demo.kafka] == ["a": "2=3", "b": "4", "c": "", "d": "x y", "acks": "all"])
    }

    @Test("A variable that is empty is not set; truth in the environment is 1, 0, true or false")
    func environment() throws {
        let settings = try Demo.call("stream", ["DEMO_ROWS": "", "DEMO_UNTIL_DRAINED": "1", "DEMO_CHECK": "0"]).settings
        #expect(settings[Demo.rows] == 10_000 && settings[Demo.drained] && !settings[Demo.check])
        #expect(settings.origin(of: Demo.rows) == .fallback)
    }

    @Test("The first file that is there is read, and only that; a named one instead of them")
    func files() throws {
        let files = [
            "demo.yaml": "rows: 1", "/etc/demo/demo.yaml": "rows: 2\nseconds: 9", "x.yaml": "rows: 3", "empty.yaml": "# nothing\n",
        ]
        #expect(try Demo.call(["stream"], files: files).settings[Demo.rows] == 1)
        #expect(try Demo.call(["stream"], files: files).settings[Demo.seconds] == .seconds(45))
        #expect(try Demo.call(["stream"], files: ["/etc/demo/demo.yaml": "rows: 2"]).settings[Demo.rows] == 2)
        #expect(try Demo.call(["stream", "--config", "x.yaml"], files: files).settings[Demo.rows] == 3)
        #expect(try Demo.call(["stream"], ["DEMO_CONFIG": "x.yaml"], files: files).settings[Demo.rows] == 3)
        #expect(try Demo.call(["stream", "--config=empty.yaml"], files: files).settings[Demo.rows] == 10_000)
    }

    @Test("A default that depends on another setting follows it")
    func derived() throws {
        #expect(try Demo.call("stream --data /x").settings[Demo.broker] == "sqlite:/x/broker.db")
        #expect(try Demo.call("stream --data /x --broker kafka://h:1").settings[Demo.broker] == "kafka://h:1")
    }

    @Test("A secret comes from the environment, a private file or a command")
    func secrets() throws {
        #expect(try Demo.call("stream", ["DEMO_PASSWORD": "a"]).settings[Demo.password] == "a")
        #expect(try Demo.call("stream", file: "password: b").settings[Demo.password] == "b")
        let printed = try Demo.call(["stream", "--password-command", "printf 'c d\\n\\n'"]).settings
        #expect(printed[Demo.password] == "c d")
        #expect(printed.origin(of: Demo.password) == .command("password-command"))
        #expect(
            Demo.answer("stream", ["DEMO_PASSWORD_COMMAND": "exit 3"])
                == "78 demo: DEMO_PASSWORD_COMMAND in the environment gave what cannot be used: it failed with status 3")
        #expect(
            Demo.answer("stream", file: "password-command: 'true'")
                == "78 demo.yaml:1:19: password-command gave what cannot be used: it must not be empty")
        #expect(
            try Demo.call("config", ["DEMO_PASSWORD_COMMAND": "exit 3"]).settings.report.contains(
                "password          ********               command of password-command"))
    }

    @Test("config: every value and where it came from")
    func report() throws {
        let settings = try Demo.call(
            "config --rows 5 --kafka a=1",
            ["DEMO_SECONDS": "120", "DEMO_PASSWORD": "geheim", "DEMO_KAFKA": "b=2;c.password=geheim"],
            file: "rate: 0.50\nkafka:\n  acks: all\n  a: 9\ncountries: US, UK\ndata: \"a\\e\"\n"
        ).settings
        #expect(
            settings.report == """
                count             -                           not set
                rate              0.5                         file demo.yaml:1
                pace              -                           not set
                start             -                           not set
                rows              5                           flag
                seconds           2m                          environment DEMO_SECONDS
                until-drained     false                       default
                group             demo-stream                 default
                check             true                        default
                broker            "sqlite:a\\u{1b}/broker.db"  default
                data              "a\\u{1b}"                   file demo.yaml:6
                countries         US,UK                       file demo.yaml:5
                kafka.a           1                           flag
                kafka.acks        all                         file demo.yaml:3
                kafka.b           2                           environment DEMO_KAFKA
                kafka.c.password  ********                    environment DEMO_KAFKA
                password          ********                    environment DEMO_PASSWORD
                password-command  -                           not set
                memory            256MiB                      default
                quiet             false                       default
                verbose           false                       default
                config            demo.yaml                   default

                """)
        #expect(
            settings.reportJSON == #"{"command":"config","settings":{"count":{"value":null,"from":"not set"},"#
                + #""rate":{"value":0.5,"from":"file demo.yaml:1"},"pace":{"value":null,"from":"not set"},"start":{"value":null,"from":"not set"},"#
                + #""rows":{"value":5,"from":"flag"},"seconds":{"value":"2m","from":"environment DEMO_SECONDS"},"#
                + #""until-drained":{"value":false,"from":"default"},"group":{"value":"demo-stream","from":"default"},"#
                + #""check":{"value":true,"from":"default"},"broker":{"value":"sqlite:a\u001b/broker.db","from":"default"},"#
                + #""data":{"value":"a\u001b","from":"file demo.yaml:6"},"countries":{"value":["US","UK"],"from":"file demo.yaml:5"},"#
                + #""kafka.a":{"value":"1","from":"flag"},"kafka.acks":{"value":"all","from":"file demo.yaml:3"},"#
                + #""kafka.b":{"value":"2","from":"environment DEMO_KAFKA"},"kafka.c.password":{"value":"********","from":"environment DEMO_KAFKA"},"#
                + #""password":{"value":"********","from":"environment DEMO_PASSWORD"},"password-command":{"value":null,"from":"not set"},"#
                + #""memory":{"value":"256MiB","from":"default"},"quiet":{"value":false,"from":"default"},"verbose":{"value":false,"from":"default"},"#
                + #""config":{"value":"demo.yaml","from":"default"}}}"#)
    }

    @Test("Files of the system: missing, a folder, rights")
    func reading() throws {
        guard case .missing = ConfigurationFile.read("/nowhere/x.yaml") else {
            Issue.record("found what is not there")
            return
        }
        if case .failed(let reason) = ConfigurationFile.read("/tmp") {
            #expect(reason == "Is a directory")
        } else {
            Issue.record("read a folder")
        }
        var template = Array("/tmp/settings-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(path)
        }
        write(descriptor, "rows: 5", 7)
        for (mode, expected) in [(0o600, true), (0o640, false), (0o400, true), (0o644, false), (0o620, false), (0o602, false)]
            as [(mode_t, Bool)]
        {
            chmod(path, mode)
            guard case .bytes(let bytes, let isPrivate) = ConfigurationFile.read(path) else {
                Issue.record("not read")
                continue
            }
            #expect(bytes == Array("rows: 5".utf8) && isPrivate == expected)
        }
    }
}
