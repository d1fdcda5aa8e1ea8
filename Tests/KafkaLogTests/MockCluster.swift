import CRdKafka
import Logging

@testable import KafkaLog

/// The brokers that librdkafka brings along for tests: in this process, in memory, without what real ones check.
final class MockCluster: @unchecked Sendable {  // librdkafka's objects may be used from any thread; nothing else here changes
    static let shared = MockCluster(brokers: 3)

    private let host: OpaquePointer?
    private let cluster: OpaquePointer?
    let logs: TestLogs

    init(brokers: Int32) {
        var words = [CChar](repeating: 0, count: 256)
        let host = rd_kafka_new(RD_KAFKA_PRODUCER, nil, &words, words.count)
        let cluster = rd_kafka_mock_cluster_new(host, brokers)
        self.host = host
        self.cluster = cluster
        let bootstrap = cluster.map { String(cString: rd_kafka_mock_cluster_bootstraps($0)) } ?? ""
        logs = TestLogs {
            let settings = KafkaSettings(brokers: bootstrap)
            return (try await .open(settings, logger: .silent), try await .open(settings, logger: .silent))
        }
    }

    func make(_ topic: String, _ partitions: Int) throws {
        try Failure.check(rd_kafka_mock_topic_create(cluster, topic, Int32(partitions), 1))
    }

    /// The next requests of a kind fail, one with each of these.
    func fail(_ request: Int16, _ codes: rd_kafka_resp_err_t...) {
        var codes = codes
        rd_kafka_mock_push_request_errors_array(cluster, request, codes.count, &codes)
    }

    deinit {
        cluster.map { rd_kafka_mock_cluster_destroy($0) }
        host.map { rd_kafka_destroy($0) }
    }
}
