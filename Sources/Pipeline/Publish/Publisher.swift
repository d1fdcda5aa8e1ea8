public import Logging
public import SalesModel

/// The publish stage: each country's sales into its topic, in the order of their ordinals, each exactly once.
///
/// The log is the only memory: on start the producer is opened, which fences every predecessor and ends what it had left open; then the
/// last sale in the topic says where to go on. After any failure the same happens again.
public struct Publisher: Sendable {
    let log: any MessageLog
    let factory: any SaleSourceFactory
    let clock: any PipelineClock
    let settings: PublishSettings
    let logger: Logger
    let board: Board

    /// A publisher of the sales that `factory` makes.
    public init(
        log: any MessageLog, factory: any SaleSourceFactory, clock: any PipelineClock, settings: PublishSettings, logger: Logger,
        board: Board
    ) {
        self.log = log
        self.factory = factory
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.board = board
    }

    /// Publishes until the goal is reached or `stop` asks to finish; an open transaction is committed first.
    ///
    /// Throws `.fenced` where a later publisher of the same topic has taken over, `.contradiction` where a topic holds another stream.
    public func run(stop: StopSignal) async throws(StageError) -> [CountryCode: PublishCounts] {
        let start = try await sharedStart()
        let halt = StopSignal()
        let counts = try await sideBySide(settings.countries) { country throws(StageError) in
            var publisher = CountryPublisher(self, country: country, start: start)
            do throws(StageError) {
                try await publisher.run { stop.isStopping || halt.isStopping }
                return publisher.counts
            } catch {
                // One that is fenced or refused ends the others in good order.
                halt.stop()
                throw error
            }
        }
        return Dictionary(zip(settings.countries, counts)) { $1 }
    }

    /// Where one country's topic has a stream already, the others adopt its start; else the start is made for the goal.
    private func sharedStart() async throws(StageError) -> UInt64 {
        if let start = settings.start { return start }
        let tails = try await port { () throws(PortError) in
            try await sideBySide(settings.countries) { country throws(PortError) in
                try await settings.retry.retrying(clock) { () throws(PortError) in
                    try await TopicTail(log, topic: Names.topic(country), country: country)
                }
            }
        }
        let starts = tails.compactMap { $0?.stream }.filter { $0.fingerprint == factory.fingerprint || settings.newStream }.map(\.start)
        if !settings.newStream, let earliest = starts.min() { return earliest }
        let count: UInt64? =
            switch settings.goal {
            case .more(let count): settings.first + count
            case .upTo(let count): count
            case .endless: nil
            }
        let start = try factory.start(settings.countries, count: settings.ahead ? nil : count, now: clock.wall())
        // A new stream must not bear the identity of one that is there.
        return max(start, settings.newStream ? (starts.max() ?? 0) + 1 : 0)
    }
}
