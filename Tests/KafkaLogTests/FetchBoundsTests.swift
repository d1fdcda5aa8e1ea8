import Testing

@testable import KafkaLog

@Suite("How the memory for fetched messages is divided")
struct FetchBoundsTests {
    @Test("A few partitions have a queue each; more of them share as many as the memory holds")
    func queues() {
        #expect(FetchBounds(memory: 32 << 20, partitions: 5).queues == 5)
        #expect(FetchBounds(memory: 32 << 20, partitions: 10).queues == 10)
        #expect(FetchBounds(memory: 32 << 20, partitions: 11).queues == 4)
        #expect(FetchBounds(memory: 32 << 20, partitions: 10_000).queues == 4)
        #expect(FetchBounds(memory: 1 << 20, partitions: 3).queues == 1)
        #expect(FetchBounds(memory: 1 << 20, partitions: 0).queues == 1)
    }

    @Test(
        "All queues full, each message three times as large as it counts, are within the memory, also where shared ones get an answer beyond their bound",
        arguments: [16, 32, 64, 1_024],
        [1, 7, 100, 5_000])
    func sum(mebibytes: Int, partitions: Int) {
        let bounds = FetchBounds(memory: mebibytes << 20, partitions: partitions)
        let beyond = bounds.queues < partitions ? bounds.answer : 0
        #expect(3 * bounds.queues * (bounds.queue + beyond) <= mebibytes << 20)
        #expect(bounds.queue >= 1 << 20 || bounds.queues == partitions)
        #expect(bounds.partition <= bounds.answer && 3 * bounds.answer <= (mebibytes << 20) / 4)
    }
}
