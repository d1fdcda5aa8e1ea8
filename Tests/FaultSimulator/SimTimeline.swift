/// What is going to happen in a world, in the order of virtual time and, at one moment, in the order in which it was planned.
struct SimTimeline: Sendable {
    typealias Action = @Sendable (inout SimState) -> Void

    private struct Entry: Sendable {
        let time: Int64
        let number: Int
        let action: Action

        func precedes(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
    }

    // A binary heap.
    private var entries: [Entry] = []
    private var number = 0

    mutating func add(at time: Int64, _ action: @escaping Action) {
        number += 1
        entries.append(Entry(time: time, number: number, action: action))
        var child = entries.count - 1
        while child > 0, entries[child].precedes(entries[(child - 1) / 2]) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, action: Action)? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in 2 * parent + 1..<2 * parent + 3 where child < entries.count && entries[child].precedes(entries[least]) {
                    least = child
                }
                if least == parent { break }
                entries.swapAt(parent, least)
                parent = least
            }
        }
        return (first.time, first.action)
    }
}
