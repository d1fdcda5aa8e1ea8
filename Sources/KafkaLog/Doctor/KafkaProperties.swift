internal import CRdKafka
internal import Glibc

/// Names and values of librdkafka's properties, checked before anything is connected.
public enum KafkaProperties {
    /// Why a property is refused; nil where librdkafka and this program take it. No secret is repeated.
    public static func refusal(_ name: String, _ value: String) -> Refusal? {
        if Configuration.ours.contains(name) { return .ours }
        let handle = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(handle) }
        var words = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(handle, name, value, &words, words.count) {
        case RD_KAFKA_CONF_OK: return nil
        case RD_KAFKA_CONF_UNKNOWN: return .unknown
        default: return .value(KafkaSettings.isSecret(name) ? "it is a secret, so what it was is not repeated" : Failure.text(words))
        }
    }

    /// Why a property is refused.
    public enum Refusal: Sendable, Equatable {
        /// This program decides it: exactly once rests on it.
        case ours
        /// There is none of that name in the librdkafka that was loaded.
        case unknown
        /// librdkafka does not take the value, in its own words.
        case value(String)
    }

    /// All names that a user may set.
    public static var names: [String] {
        var bytes: UnsafeMutablePointer<CChar>?
        var count = 0
        guard let stream = open_memstream(&bytes, &count) else { return [] }
        rd_kafka_conf_properties_show(stream)
        fclose(stream)
        defer { free(bytes) }
        guard let bytes else { return [] }
        let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        var names: [String] = []
        // A table of librdkafka's own: name | for whom | range | default | ...
        for line in text.split(separator: "\n") {
            guard let name = line.split(separator: "|", omittingEmptySubsequences: false).first?.split(separator: " ").first,
                line.contains("|"), name.utf8.allSatisfy({ $0 == 0x2E || $0 == 0x5F || (0x61...0x7A).contains($0) })
            else { continue }
            if !Configuration.ours.contains(String(name)), !names.contains(String(name)) { names.append(String(name)) }
        }
        return names
    }
}
