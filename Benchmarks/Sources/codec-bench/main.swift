// codec-bench messages canonical|reversed      writes the messages that the others read
// codec-bench transcode < messages             JSON -> check -> CSV row; prints nanoseconds of CPU a message
// codec-bench read < messages                  CSV rows -> check -> batch; prints nanoseconds of CPU a row
// codec-bench publish < messages               batch -> canonical JSON; prints nanoseconds of CPU a message
// codec-bench rows < messages                  the rows, to compare
// codec-bench allocations < messages           allocations in the steady state; exit status 1 where there are any
// Each timing is the best of 15 rounds over all messages.
import CAllocationCounter
import Glibc
import SalesModel

func cpuNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

func best(of rounds: Int, count: Int, _ body: () throws -> Void) rethrows -> Double {
    var least = UInt64.max
    for _ in 0..<rounds {
        let start = cpuNanoseconds()
        try body()
        least = min(least, cpuNanoseconds() - start)
    }
    return Double(least) / Double(max(count, 1))
}

func standardInput() -> Messages {
    var bytes: [UInt8] = []
    while true {
        var count = 0
        bytes.append(addingCapacity: 1 << 20) { output in
            output.withUnsafeMutableBufferPointer { buffer, initialized in
                count = read(0, buffer.baseAddress, buffer.count)
                initialized = max(0, count)
            }
        }
        if count <= 0 { return Messages(lines: bytes) }
    }
}

func writeOut(_ text: [UInt8]) {
    text.withUnsafeBytes { bytes in
        var done = 0
        while done < bytes.count {
            let written = write(1, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written <= 0 { exit(69) }
            done += written
        }
    }
}

/// All messages to rows, through one transcoder, into one buffer.
func transcode(_ messages: borrowing Messages, with transcoder: inout SaleTranscoder, to rows: inout [UInt8]) throws {
    rows.removeAll(keepingCapacity: true)
    let text = messages.bytes.span.bytes
    for range in messages.ranges {
        try transcoder.appendRow(message: text.extracting(range), to: &rows)
    }
}

func printTenths(_ value: Double) { print((value * 10).rounded() / 10) }

guard let country = CountryCode("US") else { exit(70) }
var transcoder = SaleTranscoder(country: country)
var rows: [UInt8] = []
switch CommandLine.arguments.dropFirst().first {
case "messages":
    let messages = Messages.make(count: 10_000, reversed: CommandLine.arguments.last == "reversed")
    writeOut(messages.bytes)
case "rows":
    try transcode(standardInput(), with: &transcoder, to: &rows)
    writeOut(rows)
case "transcode":
    let messages = standardInput()
    printTenths(
        try best(of: 15, count: messages.ranges.count * 10) {
            for _ in 0..<10 { try transcode(messages, with: &transcoder, to: &rows) }
        })
case "read":
    let messages = standardInput()
    try transcode(messages, with: &transcoder, to: &rows)
    let file = Array("\(SaleField.header)\n".utf8) + rows
    var batch = RowBatch()
    printTenths(
        try best(of: 15, count: messages.ranges.count * 10) {
            for _ in 0..<10 {
                var reader = SaleFileReader(country: country)
                var start = 0
                while start < file.count {
                    batch.removeAll()
                    let end = min(file.count, start + 65_536)
                    try reader.read(file.span.bytes.extracting(start..<end), into: &batch)
                    start = end
                }
            }
        })
case "publish":
    let messages = standardInput()
    var batch = RowBatch()
    var reader = SaleLinesReader(country: country)
    reader.read(messages.bytes.span.bytes, into: &batch)
    printTenths(
        best(of: 15, count: batch.count) {
            rows.removeAll(keepingCapacity: true)
            for row in 0..<batch.count { SaleMessage.append(batch.fields(of: row), in: batch.bytes.span.bytes, to: &rows) }
        })
case "allocations":
    let messages = standardInput()
    for _ in 0..<2 { try transcode(messages, with: &transcoder, to: &rows) }
    let before = allocation_count()
    for _ in 0..<10 { try transcode(messages, with: &transcoder, to: &rows) }
    let canonical = allocation_count() - before
    print("allocations in \(messages.ranges.count * 10) messages: \(canonical), of \(before) before them")
    exit(canonical == 0 && before > 0 ? 0 : 1)
default:
    print("usage: codec-bench messages|rows|transcode|read|publish|allocations")
    exit(64)
}
