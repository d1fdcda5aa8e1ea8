internal import Synchronization

/// Ports of the loopback that were free, each given out once in this process.
///
/// They lie below those that the kernel gives to outgoing connections (from 32768 on), so that none of these takes one meanwhile.
/// `TEST_PORTS=22000-22199` keeps to a range.
public enum Ports {
    private static let given = Mutex<Set<Int>>([])

    private static let range: ClosedRange<Int> = {
        let bounds = (TestTools.environment["TEST_PORTS"] ?? "").split(separator: "-").compactMap { Int($0) }
        guard bounds.count == 2, bounds[0] > 0, bounds[0] <= bounds[1], bounds[1] < 65_536 else { return 20_000...31_999 }
        return bounds[0]...bounds[1]
    }()

    /// The first of so many free ports in a row, a multiple of ten.
    public static func block(_ count: Int) throws -> Int {
        try given.withLock { given in
            for first in stride(from: (range.lowerBound + 9) / 10 * 10, through: range.upperBound - count + 1, by: 10).shuffled() {
                let block = first..<first + count
                guard given.isDisjoint(with: block), block.allSatisfy(Socket.isFree) else { continue }
                given.formUnion(block)
                return first
            }
            throw ToolFailure("there are no \(count) free ports in a row between \(range.lowerBound) and \(range.upperBound)")
        }
    }

    /// Ports that are free again.
    static func giveBack(_ first: Int, _ count: Int) { given.withLock { $0.subtract(first..<first + count) } }
}
