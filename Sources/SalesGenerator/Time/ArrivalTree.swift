/// When the sales of one hour happen: independent and uniform over the hour, sorted, as Poisson's process is once its count is known.
///
/// The hour is halved again and again; each half gets as many of the sales as coins show heads, until a piece has at most eight, whose
/// times are drawn in it. So any sale is found by one way down, without the times of those before it. Times are fractions of the hour
/// in 32 bits.
struct ArrivalTree {
    static let leaf: UInt64 = 8
    static let millisecondsAnHour: UInt64 = 3_600_000

    /// A piece of the hour: its number in the tree (the halves of i are 2 i and 2 i + 1), its depth, its first instant, its sales.
    private struct Piece {
        var node: UInt64
        var depth: UInt64
        var start: UInt64
        var count: UInt64

        @inline(__always) var isLeaf: Bool { count <= ArrivalTree.leaf || depth == 32 }

        @inline(__always) func halves(key: UInt64) -> (left: Piece, right: Piece) {
            var draws = Draws(key: key, sequence: node)
            let heads = draws.heads(count)
            let next = depth &+ 1
            return (
                Piece(node: 2 &* node, depth: next, start: start, count: heads),
                Piece(node: 2 &* node &+ 1, depth: next, start: start &+ (1 << (32 &- next)), count: count &- heads)
            )
        }
    }

    /// The hour that is drawn, and how many sales it has.
    private(set) var count: UInt64 = 0
    private var key: UInt64 = 0

    // The pieces right of the current leaf, the nearest last; at most one a depth.
    private var pending: [Piece] = []
    private var times = SIMD8<UInt32>()
    private var leafCount: UInt64 = 0
    private var leafNext: UInt64 = 0
    // The sale that comes next.
    private var next: UInt64 = 0

    init() { pending.reserveCapacity(34) }

    /// Takes up an hour: its key and how many sales it has.
    mutating func begin(key: UInt64, count: UInt64) {
        self.key = key
        self.count = count
        seek(0)
    }

    /// How many sales happen before so many milliseconds of the hour have passed.
    func count(before milliseconds: UInt64) -> UInt64 {
        guard milliseconds < Self.millisecondsAnHour else { return count }
        let bound = (milliseconds << 32 + Self.millisecondsAnHour - 1) / Self.millisecondsAnHour
        var piece = Piece(node: 1, depth: 0, start: 0, count: count)
        var before: UInt64 = 0
        while !piece.isLeaf {
            let (left, right) = piece.halves(key: key)
            if bound >= right.start {
                before += left.count
                piece = right
            } else {
                piece = left
            }
        }
        if piece.depth == 32 { return before + (piece.start < bound ? piece.count : 0) }
        let times = Self.times(in: piece, key: key)
        return before + UInt64((0..<Int(piece.count)).count { UInt64(times[$0]) < bound })
    }

    /// The millisecond of the hour in which a sale happens.
    mutating func milliseconds(of index: UInt64) -> UInt32 {
        var one: [UInt32] = [0]
        fill(&one, from: index, count: 1)
        return one[0]
    }

    /// Writes the milliseconds of `amount` sales from number `index` on to the front of `output`.
    mutating func fill(_ output: inout [UInt32], from index: UInt64, count amount: Int) {
        if index != next { seek(index) }
        var written = 0
        while written < amount {
            while leafNext == leafCount {
                guard advance() else { return }
            }
            let take = min(amount &- written, Int(leafCount &- leafNext))
            if leafCount > Self.leaf {
                for _ in 0..<take {
                    output[written] = Self.milliseconds(times[0])
                    written &+= 1
                }
            } else {
                let first = Int(leafNext)
                for offset in 0..<take { output[written &+ offset] = Self.milliseconds(times[(first &+ offset) & 7]) }
                written &+= take
            }
            leafNext &+= UInt64(take)
        }
        next = index &+ UInt64(amount)
    }

    @inline(__always) private static func milliseconds(_ fraction: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: (UInt64(fraction) &* millisecondsAnHour) >> 32)
    }

    private mutating func seek(_ index: UInt64) {
        pending.removeAll(keepingCapacity: true)
        var piece = Piece(node: 1, depth: 0, start: 0, count: count)
        var before: UInt64 = 0
        while !piece.isLeaf {
            let (left, right) = piece.halves(key: key)
            if index < before + left.count {
                pending.append(right)
                piece = left
            } else {
                before += left.count
                piece = right
            }
        }
        take(piece)
        leafNext = min(index - before, leafCount)
        next = index
    }

    /// To the next leaf, and whether there is one.
    private mutating func advance() -> Bool {
        guard var piece = pending.popLast() else { return false }
        while !piece.isLeaf {
            let (left, right) = piece.halves(key: key)
            if right.count > 0 { pending.append(right) }
            piece = left
        }
        take(piece)
        return true
    }

    @inline(__always) private mutating func take(_ piece: Piece) {
        leafCount = piece.count
        leafNext = 0
        // A piece that cannot be halved any more has more than eight sales at the same instant.
        times = piece.depth == 32 ? SIMD8(repeating: UInt32(truncatingIfNeeded: piece.start)) : Self.times(in: piece, key: key)
    }

    @inline(__always) private static func times(in piece: Piece, key: UInt64) -> SIMD8<UInt32> {
        var draws = Draws(key: key, sequence: piece.node)
        let start = UInt32(truncatingIfNeeded: piece.start)
        let shift = UInt32(truncatingIfNeeded: piece.depth)
        var times = SIMD8<UInt32>(repeating: .max)
        var index = 0
        while index < Int(piece.count) {
            let bits = draws.next()
            times[index & 7] = start &+ UInt32(truncatingIfNeeded: bits >> 32) &>> shift
            times[(index &+ 1) & 7] = index &+ 1 < Int(piece.count) ? start &+ UInt32(truncatingIfNeeded: bits) &>> shift : .max
            index &+= 2
        }
        return sorted(times)
    }

    /// A network of 19 comparisons (Floyd; Knuth, volume 3, 5.3.4), which has no branch to be mispredicted.
    @inline(__always) private static func sorted(_ times: SIMD8<UInt32>) -> SIMD8<UInt32> {
        var (a, b, c, d) = (times[0], times[1], times[2], times[3])
        var (e, f, g, h) = (times[4], times[5], times[6], times[7])
        order(&a, &c); order(&b, &d); order(&e, &g); order(&f, &h)
        order(&a, &e); order(&b, &f); order(&c, &g); order(&d, &h)
        order(&a, &b); order(&c, &d); order(&e, &f); order(&g, &h)
        order(&c, &e); order(&d, &f)
        order(&b, &e); order(&d, &g)
        order(&b, &c); order(&d, &e); order(&f, &g)
        return SIMD8(a, b, c, d, e, f, g, h)
    }

    @inline(__always) private static func order(_ one: inout UInt32, _ other: inout UInt32) {
        let (low, high) = (min(one, other), max(one, other))
        one = low
        other = high
    }
}
