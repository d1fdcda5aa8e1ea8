internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// Messages from programs that are not ours.
@Suite(.turns, .broker) struct ForeignTests {
    private static func sale(_ id: String, _ country: String, price: String = "5.00") -> String {
        #"{"sale_id":"\#(id)","product_code":"p1","country_of_sale":"\#(country)","datetime":"2026-01-01T00:00:00Z","selling_price":\#(price),"currency":"EUR"}"#
    }

    @Test("What is no sale lands among the dead letters, as it was, with where it stood and why")
    func deadLetters() async throws {
        let live = try await LivePipeline.shared()
        let country = live.countries[0]
        let letters = [
            "no sale", "", "{", Self.sale("a", country, price: "-1"), Self.sale("b", "US"),
            Self.sale(String(repeating: "c", count: 129), country),
        ]
        try await live.run("publish", "--count", "3", "-q")
        let places = try await live.client.produce(letters + [Self.sale("good", country)], to: live.topic)
        try await live.run("publish", "--count", "2", "-q")
        try await live.run("stream", "--until-drained", "-q")
        let dead = try await live.client.read("\(live.topic).dlq")
        #expect(dead.map(\.value) == letters)
        for (letter, place) in zip(dead, places) {
            #expect(letter.key == "\(live.topic)-\(place[0])-\(place[1])")
            #expect(letter.headers["topic"] == live.topic)
            #expect(letter.headers["partition"] == "\(place[0])")
            #expect(letter.headers["offset"] == "\(place[1])")
            #expect(letter.headers["reason"]?.isEmpty == false)
        }
        // For the independent check each of six keys makes a sale.
        try await live.judge(topics: false)
    }

    @Test("Whoever wrote them and however they are compressed, sales arrive: Python's client, kcat, Kafka's own console")
    func producers() async throws {
        let live = try await LivePipeline.shared(partitions: 2)
        let country = live.countries[0]
        func sales(_ who: String) -> [String] { (1...120).map { Self.sale("\(who)-\($0)", country, price: "\($0).50") } }
        var expected: Set<String> = []
        let compressions = ["none", "gzip", "snappy", "lz4", "zstd"]
        for compression in compressions {
            var client = live.client
            client.settings = ["compression.type=\(compression)"]
            try await client.produce(sales("python-\(compression)"), to: live.topic)
            expected.formUnion(sales("python-\(compression)"))
        }
        try await kcat(live, compressions.filter { $0 != "none" }, sales, &expected)
        if TestTools.missingCluster == nil {
            for compression in compressions {
                let values = sales("java-\(compression)")
                try await KafkaConsole.produce(values, to: live.topic, at: live.brokers, compression: compression)
                expected.formUnion(values)
            }
        }
        #expect(Set(try await live.client.read(live.topic).compactMap(\.value)) == expected)
        try await live.judge()
    }

    private func kcat(
        _ live: LivePipeline, _ compressions: [String], _ sales: (String) -> [String], _ expected: inout Set<String>
    ) async throws {
        guard let kcat = TestTools.program("kcat") else {
            print("kcat is not on the PATH (Debian: kcat): its messages are left out of this test")
            return
        }
        for compression in compressions {
            let values = sales("kcat-\(compression)")
            try await Tool.run(
                kcat, ["-b", live.brokers, "-P", "-t", live.topic, "-z", compression], input: KafkaClient.lines(values))
            expected.formUnion(values)
        }
    }
}
