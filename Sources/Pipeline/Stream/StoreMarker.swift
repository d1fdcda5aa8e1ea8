internal import SalesModel

/// The object `.stream.json` in a country's folder, which says once and for all which log, topic and group write there.
enum StoreMarker {
    /// Makes the marker where there is none; throws where it names another.
    static func check(_ stage: Streamer, partition: TopicPartition, country: CountryCode, topicID: String?) async throws(StageError) {
        do {
            let log = try await stage.log.identity()
            let mine = ["sales-schema": "1", "sales-log": log, "sales-topic": partition.topic, "sales-group": stage.settings.group]
                .merging(topicID.map { ["sales-topic-id": $0] } ?? [:]) { own, _ in own }
            let key = Names.marker(country)
            while true {
                if let there = try await stage.store.head(key) {
                    let differing = mine.filter { there.metadata[$0.key] != nil && there.metadata[$0.key] != $0.value }.keys.sorted()
                    guard differing.isEmpty else { throw Mismatch.marker(key, differing, mine, there.metadata) }
                    return
                }
                let text = "{" + mine.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}\n"
                if case .stored = try await stage.store.put(key, Array(text.utf8), metadata: mine, overwriting: false) { return }
            }
        } catch let error as PortError {
            throw .port(error)
        } catch let Mismatch.marker(key, names, mine, theirs) {
            let told = names.map { "\($0) is \(theirs[$0] ?? "") there and \(mine[$0] ?? "") here" }.joined(separator: ", ")
            throw .contradiction(
                "\(key) says that another stream writes to this folder: \(told)",
                mend: "One group of one log writes one prefix: take another --store, or the --broker and --group that it names")
        } catch {
            throw .port(PortError(.defect, "marking", of: Names.inbound(country), because: "\(error)"))
        }
    }

    private enum Mismatch: Error { case marker(String, [String], [String: String], [String: String]) }
}
