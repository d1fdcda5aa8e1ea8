internal import Pipeline

/// How often which fault strikes. Shares are of 10,000 requests.
public struct SimFaults: Sendable {
    /// No fault strikes from this moment on: microseconds of virtual time.
    public var until: Int64 = 0
    /// The request has no effect, and the caller gets an error.
    public var failures = 0
    /// The request has its effect, and the caller gets an error.
    public var lostAnswers = 0
    /// The caller gets an error, and the effect comes later, or never.
    public var lateEffects = 0
    /// The request or its answer is under way for seconds.
    public var delays = 0
    /// A group that is dividing its partitions anew takes no commit at this moment.
    public var postponements = 0
    /// The process dies before the request has its effect, or right after.
    public var crashes = 0
    /// The mean time between two pauses of some process, microseconds; 0 for none.
    public var pauseEvery: Int64 = 0
    /// The longest pause, microseconds.
    public var longestPause: Int64 = 0
    /// The mean time between two processes being told to finish and started anew; 0 for none.
    public var stopEvery: Int64 = 0
    /// The longest delay, microseconds.
    public var longestDelay: Int64 = 0
    /// After this time no late effect comes any more, microseconds since the call.
    public var latestEffect: Int64 = 0

    /// No fault at all.
    public static let none = SimFaults()

    /// Each fault is there or not, and strikes rarely or often: most seeds have some that dominate.
    public static func drawn(_ random: inout SimRandom) -> SimFaults {
        func share(_ shares: [Int]) -> Int { random.pick(shares) ?? 0 }
        var faults = SimFaults()
        faults.until = random.within(10_000_000...60_000_000)
        faults.failures = share([0, 0, 50, 200, 600])
        faults.lostAnswers = share([0, 0, 50, 200, 600])
        faults.lateEffects = share([0, 50, 200, 1000])
        faults.delays = share([0, 0, 20, 100])
        faults.postponements = share([0, 0, 200, 1000])
        faults.crashes = share([0, 5, 20, 60])
        faults.pauseEvery = random.pick([0, 4_000_000, 15_000_000]) ?? 0
        faults.longestPause = random.within(2_000_000...20_000_000)
        faults.stopEvery = random.pick([0, 8_000_000, 20_000_000]) ?? 0
        faults.longestDelay = random.within(500_000...12_000_000)
        faults.latestEffect = random.within(2_000_000...30_000_000)
        return faults
    }
}

/// What the world has decided for one request.
enum SimFate: Sendable {
    case normal(there: Int64, back: Int64)
    case failure(after: Int64, PortError.Kind)
    case lostAnswer(there: Int64, timeout: Int64)
    case late(timeout: Int64, effect: Int64?)
    case crashBefore(after: Int64)
    case crashAfter(there: Int64)
}

extension SimState {
    /// Draws the fate of a request that is made now.
    mutating func fate(of operation: SimOperation) -> SimFate {
        let there = random.within(200...(operation == .poll ? 20_000 : 8_000))
        let back = random.within(200...(operation == .poll ? 20_000 : 4_000))
        guard now < faults.until else { return .normal(there: there, back: back) }
        let crashes = random.chance(faults.crashes)
        guard operation.isRemote else {
            return crashes ? .crashBefore(after: there) : .normal(there: there, back: back)
        }
        let timeout = random.within(100_000...3_000_000)
        if crashes { return random.chance(5_000) ? .crashBefore(after: there) : .crashAfter(there: there) }
        if random.chance(faults.failures) {
            return .failure(after: there, random.chance(2_500) ? .throttled : .unreachable)
        }
        // A poll delivers what the member has; what it could lose of that is no request of its own.
        if operation != .poll {
            if random.chance(faults.lostAnswers) { return .lostAnswer(there: there, timeout: there + timeout) }
            if operation.mayBeLate, random.chance(faults.lateEffects) {
                let limit = max(timeout, faults.latestEffect)
                return .late(timeout: timeout, effect: random.chance(3_000) ? nil : random.within(0...limit))
            }
        }
        if random.chance(faults.delays) {
            let delay = random.within(0...faults.longestDelay)
            return random.chance(5_000) ? .normal(there: delay, back: back) : .normal(there: there, back: delay)
        }
        return .normal(there: there, back: back)
    }
}
