import Logging
import Testing

@testable import KafkaLog

/// A window below a batch would let messages wait for `linger.ms` though there is nothing else to wait for.
struct SendWindowTests {
    private static func window(_ properties: [String: String] = [:], of size: Int) throws -> SendWindow {
        let settings = KafkaSettings(brokers: "127.0.0.1:1", properties: properties)
        var window = SendWindow(try KafkaProducer.client(settings, identity: nil, .silent))
        window.note(size * 100, in: 100)
        return window
    }

    @Test(arguments: [1, 90, 235, 4_000, 600_000, 990_000])
    func aFullBatchAlwaysFits(_ size: Int) throws {
        let window = try Self.window(of: size)
        for partitions in [1, 3, 100] {
            let messages = window.messages(partitions: partitions)
            #expect(messages >= 10_000 || messages * (size + 11) >= 1_000_000)
            #expect(messages <= 2 * 10_000 * partitions)
            #expect((1...messages).contains(window.rest(partitions: partitions)))
        }
    }

    @Test func whatTheUserSaysOfBatchesCounts() throws {
        #expect(try Self.window(["batch.num.messages": "100"], of: 200).messages(partitions: 1) == 180)
        let large = ["batch.size": "8000000", "message.max.bytes": "9000000"]
        #expect(try Self.window(large, of: 989).messages(partitions: 1) == 14_400)
        #expect(try Self.window(["batch.size": "8000000"], of: 989).messages(partitions: 1) == 1_800)
    }

    @Test func sizesAreThoseOfLate() throws {
        var window = try Self.window(of: 989)
        for _ in 0..<100 { window.note(489_000, in: 1_000) }
        #expect((3_500...3_600).contains(window.messages(partitions: 1)))
    }
}
