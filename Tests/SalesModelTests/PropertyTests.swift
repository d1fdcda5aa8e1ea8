import Testing

@testable import SalesModel

/// Random valid sales, written as JSON in random ways.
private struct SaleMaker {
    var random: SplitMix64

    mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
    mutating func flip(_ chance: Int = 2) -> Bool { Int.random(in: 0..<chance, using: &random) == 0 }

    mutating func text(_ most: Int) -> String {
        let letters: [Unicode.Scalar] = ["a", "Z", "0", "-", " ", ",", "\"", "\\", "/", "é", "€", "😀", "\u{A0}", "'", ";"]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 1...most, using: &random) { text.append(pick(letters)) }
        return String(text)
    }

    mutating func digits(_ range: ClosedRange<Int>) -> String {
        String((0..<Int.random(in: range, using: &random)).map { _ in pick(Array("0123456789")) })
    }

    mutating func two(_ range: ClosedRange<Int>) -> String {
        let value = Int.random(in: range, using: &random)
        return value < 10 ? "0\(value)" : "\(value)"
    }

    mutating func values() -> [String] {
        let second = "\(two(0...59))\(flip() ? "" : "." + digits(1...9))"
        let offset = flip() ? pick(["Z", "z"]) : pick(["+", "-"]) + two(0...23) + ":" + two(0...59)
        let price = flip() ? pick(["0", "5.00", "12.34", "499.99"]) : digits(1...19) + pick(["", ".", "." + digits(1...19)])
        return [
            text(flip(4) ? 128 : 30), text(flip(4) ? 64 : 3), "US",
            "\(digits(4...4))-\(two(1...12))-\(two(1...28))\(pick(["T", "t"]))\(two(0...23)):\(two(0...59)):\(second)\(offset)", price,
            pick(["USD", "EUR", "GBP"]),
        ]
    }

    mutating func string(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            if flip(6) {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: flip())
                    json += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            } else if scalar == "\"" || scalar == "\\" || (scalar == "/" && flip()) {
                json += "\\\(scalar)"
            } else {
                json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }

    mutating func space() -> String { flip() ? "" : pick([" ", "\n", "\r\n\t", "  "]) }

    mutating func message(_ values: [String]) -> String {
        var members: [String] = []
        for (field, value) in zip(SaleField.allCases, values) {
            let bytes = Array(value.utf8)
            let isNumber = field == .sellingPrice && PriceCheck.isJSONNumber(bytes.span.bytes, from: 0, to: bytes.count)
            let text = isNumber && flip() ? value : string(value)
            members.append(space() + string(field.description) + space() + ":" + space() + text + space())
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            members.append(string(text(9) + "~") + ":" + pick(["null", "[{}]", #"{"sale_id":[1e9,-0.5]}"#, "\"x\"", "true"]))
        }
        if flip() { members.shuffle(using: &random) }
        return space() + "{" + members.joined(separator: ",") + "}" + space()
    }
}

@Suite struct PropertyTests {
    private func readBack(_ rows: [UInt8]) throws -> FileContent { try FileContent(csv: Array(Given.header.utf8) + rows) }

    @Test func messagesToRowsAndBackKeepTheSixValues() throws {
        var maker = SaleMaker(random: SplitMix64(state: 1))
        var transcoder = try Given.transcoder()
        var rows: [UInt8] = []
        var expected: [[String]] = []
        for _ in 0..<3000 {
            let values = maker.values()
            let message = maker.message(values)
            let bytes = Array(message.utf8)
            do {
                try transcoder.appendRow(message: bytes.span.bytes, to: &rows)
            } catch {
                Issue.record("\(error): \(message)")
            }
            expected.append(values)
        }
        let content = try readBack(rows)
        #expect(content.rejections.isEmpty)
        #expect(content.rows == expected)

        var batch = RowBatch()
        var reader = SaleFileReader(country: nil)
        let file = Array(Given.header.utf8) + rows
        try reader.read(file.span.bytes, into: &batch)
        var again: [UInt8] = []
        var copied: [UInt8] = []
        for row in 0..<batch.count {
            var message: [UInt8] = []
            SaleMessage.append(batch.fields(of: row), in: batch.bytes.span.bytes, to: &message)
            try transcoder.appendRow(message: message.span.bytes, to: &again)
            SaleRow.append(batch.fields(of: row), in: batch.bytes.span.bytes, to: &copied)
        }
        #expect(again == rows)
        #expect(copied == rows)
    }

    @Test func theShortWaysAndTheGeneralWayAgree() throws {
        let members = Given.message.dropFirst().dropLast().split(separator: ",")
        var maker = SaleMaker(random: SplitMix64(state: 2))
        var transcoder = try Given.transcoder()
        var (short, plain) = (0, 0)
        for _ in 0..<20_000 {
            var text = Given.message
            if maker.flip() {
                let order = maker.flip() ? members.shuffled(using: &maker.random) : members
                text = "{" + order.joined(separator: maker.pick([",", ", "])) + "}"
                if maker.flip() { text.replace("\":", with: "\": ") }
            }
            var message = Array(text.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &maker.random) {
                let at = Int.random(in: 0..<message.count, using: &maker.random)
                let byte =
                    maker.flip() ? maker.pick(Array("0123456789-.:,\"{}TZ eUS".utf8)) : UInt8.random(in: 0...255, using: &maker.random)
                switch Int.random(in: 0..<4, using: &maker.random) {
                case 0: message.insert(byte, at: at)
                case 1: message.remove(at: at)
                default: message[at] = byte
                }
            }
            if CanonicalMessage(message.span.bytes, country: Given.us) != nil {
                short += 1
            } else if PlainMessage(message.span.bytes, country: Given.us) != nil {
                plain += 1
            }
            let outcome = Outcome(message, with: &transcoder)
            var general: [UInt8] = []
            do {
                try transcoder.appendGeneralRow(message: message.span.bytes, to: &general)
                #expect(outcome == .row(String(decoding: general, as: UTF8.self)))
                let content = try readBack(general)
                #expect(content.rows.count == 1 && content.rejections.isEmpty)
            } catch let error as InvalidSale {
                #expect(outcome == .refused(error.field, error.position, error.reason))
            }
        }
        #expect(short > 3000 && plain > 3000)
    }

    @Test func mutatedFilesNeverYieldARowThatIsNoSale() throws {
        var maker = SaleMaker(random: SplitMix64(state: 3))
        let file = Array((Given.header + Given.row + "\"a\"\"b\",p,US,2026-11-22T15:47:00Z,1,USD\r\n" + Given.row).utf8)
        var accepted = 0
        for _ in 0..<5000 {
            var mutated = file
            for _ in 0..<Int.random(in: 1...4, using: &maker.random) {
                let at = Int.random(in: Given.header.utf8.count..<mutated.count, using: &maker.random)
                let byte = maker.flip() ? maker.pick(Array("\",\n\r0.9".utf8)) : UInt8.random(in: 0...255, using: &maker.random)
                if maker.flip() { mutated[at] = byte } else { mutated.insert(byte, at: at) }
            }
            let content = try FileContent(csv: mutated)
            #expect(try FileContent(csv: mutated, pieces: Int.random(in: 1...40, using: &maker.random)) == content)
            accepted += content.rows.count
            var transcoder = try Given.transcoder()
            for row in content.rows {
                let outcome = Outcome(Array(maker.message(row).utf8), with: &transcoder)
                guard case .row = outcome else {
                    Issue.record("\(outcome): \(row)")
                    continue
                }
            }
        }
        #expect(accepted > 5000)
    }
}
