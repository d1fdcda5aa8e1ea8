/// How often and for how long a failed call is made again: waits double from `first` to `longest`, with jitter, until `givingUpAfter` is over.
public struct RetryPolicy: Sendable, Hashable {
    /// The wait after the first failure.
    public var first: Duration
    /// No wait is longer.
    public var longest: Duration
    /// After this long without success the failure is final.
    public var givingUpAfter: Duration

    /// 100 ms, then up to 10 s, for five minutes.
    public init(first: Duration = .milliseconds(100), longest: Duration = .seconds(10), givingUpAfter: Duration = .seconds(300)) {
        self.first = first
        self.longest = longest
        self.givingUpAfter = givingUpAfter
    }

    /// The wait before attempt number `attempt` (1 is the first repetition): between half of the doubled wait and all of it.
    /// The share is drawn from `attempt` and `salt` alone, so that a test sees the same waits each time.
    func wait(before attempt: Int, salt: Int) -> Duration {
        let doubled = min(longest, first * (1 << min(attempt - 1, 16)))
        let share = (UInt64(bitPattern: Int64(attempt &* 31 &+ salt)) &* 0x9E37_79B9_7F4A_7C15) >> 54  // ten bits
        return doubled / 2 + doubled / 2048 * Int(share)
    }
}

/// Counts the failures of one undertaking and says how long to wait, or that it is enough.
struct Retrying {
    let policy: RetryPolicy
    let salt: Int
    private var attempts = 0
    private var began: Duration?
    /// The wait that the last failure asked for.
    private(set) var pending: Duration?

    init(_ policy: RetryPolicy, salt: Int = 0) {
        self.policy = policy
        self.salt = salt
    }

    /// The wait after this failure; nil where the time for trying is over.
    mutating func failed(at now: Duration) -> Duration? {
        let began = self.began ?? now
        self.began = began
        attempts += 1
        pending = now - began >= policy.givingUpAfter ? nil : policy.wait(before: attempts, salt: salt)
        return pending
    }

    /// As `failed(at:)`, for those who wait elsewhere: whether it is worth it.
    mutating func again(at now: Duration) -> Bool { failed(at: now) != nil }

    mutating func succeeded() {
        attempts = 0
        began = nil
        pending = nil
    }
}

extension RetryPolicy {
    /// Does `work` until it succeeds, fails for good, or has failed for long enough.
    func retrying<Result>(
        _ clock: any PipelineClock, salt: Int = 0, _ work: () async throws(PortError) -> Result
    ) async throws(PortError) -> Result {
        var retrying = Retrying(self, salt: salt)
        while true {
            do {
                return try await work()
            } catch {
                guard error.isRetriable, let wait = retrying.failed(at: clock.elapsed()) else { throw error }
                try await clock.sleep(for: wait)
            }
        }
    }
}
