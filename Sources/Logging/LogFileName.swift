/// The names of a log file and of those it was before: `log_1.txt`, `log_2.txt`; or `sales.log`, `sales_2.log`.
struct LogFileName: Sendable {
    /// The file that is written.
    let newest: String
    private let stem: Substring
    private let ending: Substring

    init(newest: String) {
        self.newest = newest
        let dot = newest.lastIndex(of: ".") ?? newest.endIndex
        ending = newest[dot...]
        let stem = newest[..<dot]
        self.stem = stem.hasSuffix("_1") ? stem.dropLast(2) : stem
    }

    /// The newest is number 1.
    subscript(number: Int) -> String { number == 1 ? newest : "\(stem)_\(number)\(ending)" }

    /// The number of an older file; nil for a name of another shape.
    func number(of name: String) -> Int? {
        let isLongEnough = name.utf8.count > stem.utf8.count + 1 + ending.utf8.count
        guard isLongEnough, name.hasPrefix("\(stem)_"), name.hasSuffix(ending) else { return nil }
        let digits = name.dropFirst(stem.count + 1).dropLast(ending.count)
        return digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(digits) : nil
    }
}
