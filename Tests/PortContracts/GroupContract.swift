import Pipeline
import Testing

extension MessageLogContract {
    private typealias Check = ContractCheck<LogUnderTest>

    static let groups = [
        Check("A member gets its partition, its messages in order, and each end once") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            try await it.write(["a", "b"], to: partition)
            let member = try await it.member(uniqueName("group"), [partition.topic])
            try await it.drive([member], until: "the first end") { member.ends[partition] != nil }
            #expect(member.values[partition] == ["a", "b"])
            try await it.write(["c"], to: partition)
            try await it.drive([member], until: "the second end") { member.ends[partition]?.count == 2 }
            #expect(member.values[partition] == ["a", "b", "c"])
            let end = try #require(try await it.log.describe(topic: partition.topic)).partitions[0].end
            #expect(member.ends[partition]?.last == end)
            await member.consumer.close()
        },
        Check("An empty partition is at its end at once, and nothing else happens") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let member = try await it.member(uniqueName("group"), [partition.topic])
            try await it.drive([member], until: "the end") { member.ends[partition] == [0] }
            for _ in 0..<3 { try await member.poll() }
            #expect(member.ends[partition] == [0])
            #expect(member.values.isEmpty)
            await member.consumer.close()
        },
        Check("Nothing is delivered before the start, nor from beyond the end") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            try await it.write(["a", "b", "c"], to: partition)
            let member = try await it.member(uniqueName("group"), [partition.topic])
            member.isStarting = false
            try await it.drive([member], until: "the assignment") { member.owned == [partition] }
            for _ in 0..<3 { try await member.poll() }
            #expect(member.values.isEmpty && member.ends.isEmpty)
            await expectError(.missing, "start behind the end") { try await member.consumer.start(partition, at: 1_000) }
            let second = try await it.log.read(partition, from: 1, maximumBytes: 100).entries[0].offset
            try await member.consumer.start(partition, at: second)
            try await it.drive([member], until: "the end") { member.ends[partition] != nil }
            #expect(member.values[partition] == ["b", "c"])
            await member.consumer.close()
        },
        Check("A held partition stays, and delivers nothing until it is let go") { it in
            let topic = try await it.topic(2)
            let (zero, one) = (TopicPartition(topic, 0), TopicPartition(topic, 1))
            try await it.write(["0"], to: zero)
            try await it.write(["1"], to: one)
            let member = try await it.member(uniqueName("group"), [topic])
            member.held = [zero]
            try await it.drive([member], until: "the other's end") { member.ends[one] != nil }
            for _ in 0..<3 { try await member.poll() }
            #expect(member.values == [one: ["1"]])
            #expect(member.owned == [zero, one])
            member.held = []
            try await it.drive([member], until: "its end") { member.ends[zero] != nil }
            #expect(member.values == [zero: ["0"], one: ["1"]])
            await member.consumer.close()
        },
        Check("A partition that is started later, or anew, takes nothing from the others") { it in
            let topic = try await it.topic(3)
            let all = (0..<3).map { TopicPartition(topic, $0) }
            let sent = (0..<20_000).map { "sale \($0)" }
            for partition in all { try await it.write(sent, to: partition) }
            let member = try await it.member(uniqueName("group"), [topic])
            member.isStarting = false
            try await it.drive([member], until: "the assignment") { member.owned.count == 3 }
            for partition in all.dropLast() { try await member.start(partition, at: 0) }
            try await it.drive([member], until: "the first messages") { member.values.count == 2 }
            try await member.start(all[2], at: 0)
            try await it.drive([member], until: "messages of the one that came later") { member.values[all[2]] != nil }
            let anew = try #require(member.values.keys.min())
            member.values[anew] = nil
            member.ends[anew] = nil
            try await member.start(anew, at: 0)
            try await it.drive([member], until: "the ends") { member.ends.count == 3 }
            for partition in all { #expect(member.values[partition] == sent, "\(partition)") }
            await member.consumer.close()
        },
        Check("A commit keeps offset and note for whoever comes next") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let group = uniqueName("group")
            try await it.write(["a", "b", "c"], to: partition)
            let first = try await it.member(group, [partition.topic])
            try await it.drive([first], until: "messages") { first.ends[partition] != nil }
            #expect(try await first.consumer.committed([partition]).isEmpty)
            try await it.commit(first, partition, 1, "v=1 from=1 cuts=3 ü")
            try await it.commit(first, partition, 2, "v=1 from=2 cuts=3")
            #expect(try await first.consumer.committed([partition])[partition]?.offset == 2)
            await first.consumer.close()
            await first.consumer.close()
            #expect(
                try await it.other.committed(group: group, [partition]) == [
                    partition: CommittedPosition(offset: 2, note: "v=1 from=2 cuts=3")
                ])
            let second = try await it.member(group, [partition.topic], on: it.other)
            try await it.drive([second], until: "the rest") { second.ends[partition] != nil }
            #expect(second.values[partition] == ["c"])
            try await it.commit(second, partition, 3)
            #expect(try await it.log.committed(group: group, [partition])[partition]?.note == "")
            await second.consumer.close()
        },
        Check("A note may have 4,096 bytes and not one more") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let group = uniqueName("group")
            let member = try await it.member(group, [partition.topic])
            try await it.drive([member], until: "the assignment") { member.owned == [partition] }
            let note = String(repeating: "n", count: 4_096)
            try await it.commit(member, partition, 0, note)
            await expectError(.misconfigured, "a longer note") { _ = try await member.commit(partition, 0, note + "n") }
            #expect(try await it.log.committed(group: group, [partition])[partition]?.note == note)
            await member.consumer.close()
        },
        Check("Groups do not see each other") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            try await it.write(["a"], to: partition)
            let members = [
                try await it.member(uniqueName("one"), [partition.topic]), try await it.member(uniqueName("two"), [partition.topic]),
            ]
            try await it.drive(members, until: "both ends") { members.allSatisfy { $0.ends[partition] != nil } }
            try await it.commit(members[0], partition, 1)
            #expect(try await members[1].consumer.committed([partition]).isEmpty)
            for member in members {
                #expect(member.values[partition] == ["a"])
                await member.consumer.close()
            }
        },
        Check("A new member gets its share, and the old one may commit until its next poll") { it in
            let topic = try await it.topic(4)
            let all = Set((0..<4).map { TopicPartition(topic, $0) })
            let group = uniqueName("group")
            for partition in all { try await it.write(["a", "b"], to: partition) }
            let old = try await it.member(group, [topic])
            try await it.drive([old], until: "all ends") { old.ends.count == 4 }
            let new = try await it.member(group, [topic], on: it.other)
            try await it.drive([new, old], until: "the revocation") { !old.revoked.isEmpty }
            #expect(old.lost.isEmpty)
            #expect(new.owned.isDisjoint(with: old.revoked))
            let asked = old.revoked
            var kept: Set<TopicPartition> = []
            for partition in asked where try await old.commit(partition, 1, "last word") == .kept { kept.insert(partition) }
            if it.takesLastWords { #expect(kept == Set(asked)) }
            try await it.drive([old, new], until: "the shares") { old.owned.count == 2 && new.owned.count == 2 }
            #expect(old.owned.union(new.owned) == all)
            let gone = try #require(new.owned.first)
            try await it.drive([old, new], until: "the rest") { new.owned.allSatisfy { new.ends[$0] != nil } }
            for partition in new.owned { #expect(new.values[partition] == (kept.contains(partition) ? ["b"] : ["a", "b"])) }
            for member in [old, new] { for partition in member.owned { try await it.commit(member, partition, 2) } }
            await expectError(.fenced, "commit for what went over") { _ = try await old.commit(gone, 2) }
            await old.consumer.close()
            try await it.drive([new], until: "all of it") { new.owned == all }
            await new.consumer.close()
        },
        Check("Members without a partition wait for one") { it in
            let topic = try await it.topic(1)
            let group = uniqueName("group")
            let members = [
                try await it.member(group, [topic]), try await it.member(group, [topic], on: it.other), try await it.member(group, [topic]),
            ]
            var rest = members
            for left in (1...3).reversed() {
                try await it.drive(rest, until: "an owner among \(left)") { rest.contains { !$0.owned.isEmpty } }
                for _ in 0..<3 { for member in rest { try await member.poll() } }
                #expect(rest.filter { !$0.owned.isEmpty }.count == 1)
                let owner = try #require(rest.firstIndex { !$0.owned.isEmpty })
                await rest.remove(at: owner).consumer.close()
            }
        },
        Check("Members that want different topics get those") { it in
            let (one, two) = (try await it.topic(), try await it.topic(2))
            let group = uniqueName("group")
            let members = [try await it.member(group, [one]), try await it.member(group, [one, two], on: it.other)]
            // Who comes first may have all of them until the other has come.
            try await it.drive(members, until: "what each can have") {
                members[0].owned == [TopicPartition(one, 0)] && members[1].owned == [TopicPartition(two, 0), TopicPartition(two, 1)]
            }
            for member in members { await member.consumer.close() }
        },
    ]

    static let groupFaults = [
        Check("A silent member loses its partitions, cannot commit, is told, and goes on") { it in
            let topic = try await it.topic(2)
            let partitions = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
            let group = uniqueName("group")
            let sleeper = try await it.member(group, [topic], session: it.session)
            try await it.drive([sleeper], until: "the assignment") { sleeper.owned.count == 2 }
            try await it.commit(sleeper, partitions[0], 0, "before")
            let other = try await it.member(group, [topic], on: it.other)
            try await it.drive([other], until: "the takeover") { other.owned.count == 2 }
            try await it.commit(other, partitions[0], 0, "after")
            await expectError(.fenced, "commit of the sleeper") { _ = try await sleeper.commit(partitions[0], 0, "late") }
            #expect(try await it.log.committed(group: group, partitions)[partitions[0]]?.note == "after")
            try await it.drive([sleeper, other], until: "the news of the loss") { Set(sleeper.lost) == Set(partitions) }
            try await it.drive([sleeper, other], until: "equal shares") { sleeper.owned.count == 1 && other.owned.count == 1 }
            await other.consumer.close()
            try await it.drive([sleeper], until: "the way back") { sleeper.owned.count == 2 }
            try await it.commit(sleeper, partitions[0], 0, "again")
            await sleeper.consumer.close()
        },
        Check("Of a commit with one partition that is another's nothing is kept") { it in
            let topic = try await it.topic(2)
            let group = uniqueName("group")
            let members = [try await it.member(group, [topic]), try await it.member(group, [topic], on: it.other)]
            try await it.drive(members, until: "equal shares") { members.allSatisfy { $0.owned.count == 1 } }
            for _ in 0..<3 { for member in members { try await member.poll() } }
            let both = Dictionary(
                uniqueKeysWithValues: (0..<2).map { (TopicPartition(topic, $0), CommittedPosition(offset: 0, note: "both")) })
            await expectError(.fenced, "commit for both") { try await members[0].consumer.commit(both) }
            #expect(try await it.log.committed(group: group, Array(both.keys)).isEmpty)
            for member in members { await member.consumer.close() }
        },
        Check("A member that has left is of no more use") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let member = try await it.member(uniqueName("group"), [partition.topic])
            try await it.drive([member], until: "the assignment") { member.owned == [partition] }
            await member.consumer.close()
            await expectError(.fenced, "commit") { _ = try await member.commit(partition, 0) }
            await expectError(.fenced, "poll") { _ = try await member.consumer.poll(wait: .zero, holding: []) }
        },
    ]
}
