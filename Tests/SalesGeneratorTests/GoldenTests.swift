import Checksums
import SalesModel
import Testing

@testable import SalesGenerator

/// These sums are the promise that a release makes the same sales as the one before it, on every machine. Where one of them has to change,
/// `StreamConfiguration.generatorVersion` has to change with it.
@Suite("Golden checksums")
struct GoldenTests {
    @Test("The first 100,000 sales of each country", arguments: Array(firstRows.keys.sorted()))
    func first(name: String) throws {
        let parts = name.split(separator: " ").map(String.init)
        let format = try #require(RowFormat(rawValue: parts[1]))
        let sum = SHA256.hash(try rows(makeGenerator(parts[0], configure(seed: 42)), 0..<100_000, format)).description
        #expect(sum == Self.firstRows[name])
    }

    @Test("Far ordinals, low and high rates, a start within an hour", arguments: Array(others.keys.sorted()))
    func other(name: String) throws {
        let parts = name.split(separator: " ").map(String.init)
        let (seed, rate, start, from) = (
            try #require(UInt64(parts[0])), parts[1], try #require(UInt64(parts[2])), try #require(UInt64(parts[3]))
        )
        let generator = try makeGenerator("US", configure(seed: seed, rate: rate, start: start))
        let sum = SHA256.hash(try rows(generator, from..<from + 1000)).description
        #expect(sum == Self.others[name])
    }

    @Test("The fingerprint of a configuration")
    func fingerprint() throws {
        let stream = try configure(seed: 42).streamID.description
        #expect(stream == "1767225600-7bf566")
    }

    /// By country and format; seed 42, 10 sales a second, from 1 January 2026.
    static let firstRows: [String: String] = [
        "US csv": "591ed724dc9931c20bf848ad224a1857f227fde7956b7bfc0d80f89f9b35faf6",
        "US json": "71d4a442b667e44a8c829d2977798cce5ec472996bff726245558bee8366b64a",
        "UK csv": "55a2b3b00c8b1c30bd5fda271f1b0aa9a90484f014f1b8a62d263e1ed22ddaf3",
        "UK json": "6c2e5ca034dd2dc197e52b2c89e5a452722a77b700d44b7194836cf53696045b",
        "DE csv": "74db3334e2f552e1b72a8a3554bff8b64b47093ab6f61d2bf8f89644258c42b2",
        "DE json": "86b41d74128bf134c2be9b7aee81e72c43d1fa801c1c86030a6a376f606e2c71",
        "FR csv": "425ecdb52782f8721e1756390b022bfe6f7e71d8ad34669865b60d19a1c02d6b",
        "FR json": "a7177cd35d50cc359f6ffed35575fa3f35c21c2296c73229ba35cc12fc15f4a3",
        "IT csv": "b7a7939650005a5661266657416d9fc2c3d32342b3e636d5b7136c6bec0243eb",
        "IT json": "76efa70d803ddde9a20864f37a9f71f8c2ad2c3b169e974cd1375544618d83fc",
    ]

    /// By seed, rate, start and first ordinal; a thousand rows of the US in CSV.
    static let others: [String: String] = [
        "42 10 1767225600 1000000000": "6875f59b8ace3c48393715731f257b45e06271a034bbe89486514eac371be527",
        "42 10000000 1767225600 0": "d9ee44cd161afdebe69a3c9e7ae5970663a857dba3c223d559e684490f0b01af",
        "42 10000000 1767225600 281474976710000": "86e1c2376d9a05393ffe06e9b220332e94efa18c717301062f7d45e908c7ecd0",
        "42 0.0001 1767225600 0": "ab182fd634c868b2397ba80edc9c39ce51f601b7a3a28809275873c4e41801ce",
        "18446744073709551615 10 1767228199 0": "d6786505b3fc59a8badc394390758ada24064dee526e805018208ad212045184",
        "0 0.5 0 5000000": "59ba91887619e42d38e4299190ba56b6ae6850bb623a2ecb6f202d4ab516b4d4",
        "7 1000 68719476735 123456789": "627af8b500e9d869f019b1fcb9dd53989c0241771f587183334f70d43266965c",
    ]
}
