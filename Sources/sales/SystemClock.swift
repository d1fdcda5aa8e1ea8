internal import Glibc
internal import Pipeline

/// The machine's clocks. Spans are measured by the boot clock, which goes on while the machine sleeps and never steps.
struct SystemClock: PipelineClock {
    func wall() -> Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    func elapsed() -> Duration {
        let time = read(CLOCK_BOOTTIME)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    func sleep(for duration: Duration) async throws(PortError) {
        do { try await Task.sleep(for: duration) } catch {
            throw PortError(.unreachable, "waiting", of: "the clock", because: "the work was given up")
        }
    }

    private func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
