/// What happened in a run: a checksum of it always, and lines to read where they are wanted.
public struct SimTrace: Sendable {
    /// Whether lines are kept.
    public let isKept: Bool
    /// Changes with every event's time, process, kind and result: equal for two runs that went the same way.
    public private(set) var checksum: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Events so far.
    public private(set) var events = 0
    /// One line an event.
    public private(set) var lines: [String] = []

    init(isKept: Bool) { self.isKept = isKept }

    mutating func add(_ time: Int64, _ process: Int, _ operation: SimOperation, _ mark: SimMark) {
        events += 1
        for number in [
            UInt64(bitPattern: time),
            UInt64(UInt16(truncatingIfNeeded: process)) << 16 | UInt64(operation.rawValue) << 8 | UInt64(mark.rawValue),
        ] {
            checksum = (checksum ^ number) &* 0x0000_0100_0000_01B3
            checksum ^= checksum >> 29
        }
    }

    mutating func line(_ time: Int64, _ process: String, _ text: String) {
        let thousandths = String(time / 1000 % 1000 + 1000).dropFirst()
        let seconds = String(time / 1_000_000)
        lines.append(
            String(repeating: " ", count: max(0, 5 - seconds.count)) + seconds + "." + thousandths + "  " + process
                + String(repeating: " ", count: max(0, 14 - process.count)) + text)
    }
}

/// Everything that a process asks of the world.
enum SimOperation: UInt8, Sendable {
    case identity, describe, create, read, lookUpPositions
    case openProducer, append, commitTransaction, closeProducer
    case openConsumer, poll, start, fetchPositions, commitPositions, leave
    case head, put, get, list, copy, delete
    case createTable, write, present, scan, count
    case spool, archive, sleep
    case process

    /// Whether the effect may come long after the caller was told that it was not answered.
    var mayBeLate: Bool {
        switch self {
        case .commitTransaction, .commitPositions, .put, .copy, .delete, .write: true
        default: false
        }
    }

    /// Whether it fails as a service behind a network does.
    var isRemote: Bool {
        switch self {
        case .sleep, .spool, .archive, .process, .start: false
        default: true
        }
    }
}

/// What became of a request.
enum SimMark: UInt8, Sendable {
    case answered, refused, failedBefore, answerLost, timedOut, landedLate, crashedBefore, crashedAfter
    case began, ended, crashed, paused, woke, changed
}
