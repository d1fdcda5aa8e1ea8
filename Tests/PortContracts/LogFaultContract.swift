import Pipeline
import Testing

extension MessageLogContract {
    private typealias Check = ContractCheck<LogUnderTest>

    static let logFaults = [Fault.before, .after].map { fault in
        Check("A publisher whose commit failed \(fault) its effect goes on from the log without loss or double") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let (identity, group) = (uniqueName("producer"), uniqueName("group"))
            let sent = (0..<30).map { "sale \($0)" }
            let plan = FaultPlan([nil, fault, fault, nil])
            var killed: [FaultyProducer] = []
            while true {
                let producer = FaultyProducer(producer: try await it.log.openProducer(identity: identity), plan: plan)
                let there = try await it.values(partition).count
                let told = try await it.log.committed(group: group, [partition])[partition]?.note
                #expect(told == (there == 0 ? nil : "\(there)"))
                if there == sent.count { break }
                do {
                    for start in stride(from: there, to: sent.count, by: 10) {
                        try await producer.append(OutgoingBatch(partition, Array(sent[start..<start + 10])))
                        let position = CommittedPosition(offset: 0, note: "\(start + 10)")
                        try await producer.commit([GroupPosition(group: group, partition: partition, position: position)])
                    }
                } catch {
                    #expect((error as? PortError)?.isRetriable == true)
                }
                // Nobody closes a producer whose process was killed, nor does it go.
                killed.append(producer)
            }
            #expect(try await it.values(partition) == sent)
            for producer in killed { await producer.close() }
        }
    }
}
