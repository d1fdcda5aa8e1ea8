import Testing
import YAML

private func parse(_ text: String, limits: YAML.Limits = YAML.Limits()) throws(YAMLError) -> YAMLNode {
    try YAML.parse(bytes: Array(text.utf8), file: "a.yaml", limits: limits)
}

private func failure(_ bytes: [UInt8], limits: YAML.Limits = YAML.Limits()) -> String? {
    do throws(YAMLError) {
        _ = try YAML.parse(bytes: bytes, file: "a.yaml", limits: limits)
        return nil
    } catch {
        return error.description
    }
}

private func failure(_ text: String, limits: YAML.Limits = YAML.Limits()) -> String? {
    failure(Array(text.utf8), limits: limits)
}

@Suite("Documents that are read")
struct Reading {
    @Test("Scalars, lists and mappings keep their order, line and column")
    func shapes() throws {
        let root = try parse(
            """
            # a comment
            rows: 10_000
            name: "ten"
            countries:
              - US
              - {code: UK, offset: 'x'}
            empty:
            """)
        let pairs = try #require(root.pairs)
        #expect(pairs.map(\.key) == ["rows", "name", "countries", "empty"])
        #expect(pairs.map(\.line) == [2, 3, 4, 7])
        #expect(pairs[0].value == YAMLNode(line: 2, column: 7, kind: .scalar("10_000", quoted: false)))
        #expect(pairs[1].value.kind == .scalar("ten", quoted: true))
        let countries = try #require(root["countries"]?.items)
        #expect(countries[0].column == 5 && countries[0].line == 5)
        #expect(countries[1]["code"]?.text == "UK")
        #expect(countries[1]["offset"]?.kind == .scalar("x", quoted: true))
        #expect(pairs[3].value.isNull)
        #expect(root["absent"] == nil)
    }

    @Test("A file without a value is null at its first line", arguments: ["", "# nothing\n", "---\n", "\n\n"])
    func nothing(text: String) throws {
        #expect(try parse(text).isNull)
    }

    @Test("Null is only the plain word")
    func nulls() throws {
        let items = try #require(try parse("[~, null, '', \"null\", nil]").items)
        #expect(items.map(\.isNull) == [true, true, false, false, false])
    }

    @Test("A byte order mark, CR LF, block text, escapes and letters of any script")
    func text() throws {
        let marked = try YAML.parse(bytes: [0xEF, 0xBB, 0xBF] + Array("a: 1\r\nb: 2\r\n".utf8), file: "a.yaml")
        #expect(marked.pairs?.map(\.column) == [1, 1])
        #expect(marked.pairs?.map(\.line) == [1, 2])
        let root = try parse("größe: |\n  eins\n  zwei\nw: \"\\u00e9\\0\"\n日本: 東京 x\n")
        #expect(root["größe"]?.text == "eins\nzwei\n")
        #expect(root["w"]?.text == "é\0")
        #expect(root["日本"]?.column == 5)
    }

    @Test("A mapping of many keys is read whole")
    func long() throws {
        let root = try parse((0..<5000).map { "k\($0): \($0)\n" }.joined())
        #expect(root.pairs?.count == 5000)
        #expect(root.pairs?.last?.value.text == "4999")
    }
}

@Suite("Documents that are refused")
struct Refusing {
    @Test(
        "Each with file, line, column and reason",
        arguments: [
            ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: the key \"a\" stands twice: here and in line 1"),
            ("x: {k: 1, k: 2}", "a.yaml:1:11: the key \"k\" stands twice: here and in line 1"),
            ("a: &x 1\nb: *x\n", "a.yaml:2:4: aliases (*...) are not used here; write the value out"),
            ("a: 1\n---\nb: 1\n", "a.yaml:2:1: a second document begins here; the file may hold only one"),
            ("a: !!int 1", "a.yaml:1:4: tags (!...) are not used here; leave it out"),
            ("? [a, b]\n: 1\n", "a.yaml:1:3: a key must be text, not a list or a mapping"),
            ("a: [1,\nb: 2\n", nil),
            ("a: 1\n b: 2\n", nil),
            ("a: \"open", nil),
            ("\tx: 1", nil),
            ("a: \"\\ud800\"", nil),
            ("ok: 1\nbad: \u{1}x\n", "a.yaml:2:6: a control character stands here"),
        ] as [(String, String?)])
    func refused(text: String, expected: String?) throws {
        let found = try #require(failure(text))
        #expect(found.hasPrefix("a.yaml:"))
        if let expected { #expect(found == expected) }
    }

    @Test("Bytes that are no UTF-8, NUL and UTF-16")
    func bytes() {
        #expect(failure(Array("a: 1\né: ".utf8) + [0xFF]) == "a.yaml:2:4: the text is not UTF-8 from here on")
        #expect(failure([0x61, 0x3A, 0x20, 0xC3]) == "a.yaml:1:4: the text is not UTF-8 from here on")
        #expect(failure([0x61, 0x00, 0x62]) == "a.yaml:1:2: a control character stands here")
        #expect(failure([0xFF, 0xFE, 0x61, 0x00]) == "a.yaml:1:1: the text is not UTF-8 from here on")
    }

    @Test("Beyond the bounds of size, depth and number")
    func bounds() {
        #expect(failure("a: 1", limits: .init(bytes: 3)) == "a.yaml:1:1: the file has 4 bytes; at most 3 are read")
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(failure(deep) == "a.yaml:1:65: lists and mappings are nested more than 64 deep")
        #expect(failure(String(repeating: "- ", count: 100_000))?.contains("nested more than 64 deep") == true)
        #expect(failure("[1,2,3]", limits: .init(nodes: 3)) == "a.yaml:1:6: the file holds more than 3 values")
    }

    @Test("A duplicate in a long mapping")
    func longDuplicate() {
        let text = (0..<100).map { "k\($0): 1\n" }.joined() + "k7: 2\n"
        #expect(failure(text) == "a.yaml:101:1: the key \"k7\" stands twice: here and in line 8")
    }

    @Test("Cut off at every byte it is read or refused, never worse")
    func truncated() {
        let text = Array("a: [1, {b: \"x\\u00e9\"}]\nc: |\n  é\nd: 'q'\n? e\n: f\n".utf8)
        for count in 0...text.count {
            let found = failure(Array(text.prefix(count)))
            #expect(found == nil || found?.hasPrefix("a.yaml:") == true)
        }
    }
}
