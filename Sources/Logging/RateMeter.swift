/// How fast a count that begins at 0 grows: lately, smoothed over about five seconds, and since the beginning.
struct RateMeter {
    private let began: Duration
    private var measured: Duration
    private var measuredCount = 0
    private var count = 0
    /// A second, lately; unknown during the first half second.
    private(set) var rate: Double?

    init(began: Duration) {
        self.began = began
        measured = began
    }

    mutating func take(_ count: Int, at now: Duration) {
        self.count = count
        let elapsed = seconds(now - measured)
        guard elapsed >= 0.5 else { return }
        let present = Double(count - measuredCount) / elapsed
        let weight = min(1, elapsed / 5)
        rate = rate.map { $0 + (present - $0) * weight } ?? present
        measuredCount = count
        measured = now
    }

    /// A second, since the beginning.
    func mean(at now: Duration) -> Double? {
        let elapsed = seconds(now - began)
        return elapsed > 0 ? Double(count) / elapsed : nil
    }
}

/// A duration in seconds.
func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
