internal import CLinux
internal import Glibc

/// Milliseconds on the clock that members of a group compare: CLOCK_BOOTTIME.
enum BootClock {
    static let system: @Sendable () -> Int64 = { milliseconds(now(CLOCK_BOOTTIME)) }
}

/// The time of day, which a person or NTP may set back: for the timestamps of messages and files and for retention only.
enum WallClock {
    /// Milliseconds since 1970.
    static let system: @Sendable () -> Int64 = { milliseconds(now(CLOCK_REALTIME)) }

    /// Seconds since 1970 and the rest in nanoseconds.
    static func precise() -> (seconds: Int, nanoseconds: Int) { now(CLOCK_REALTIME) }
}

private func now(_ clock: clockid_t) -> (seconds: Int, nanoseconds: Int) {
    var time = timespec()
    clock_gettime(clock, &time)
    return (time.tv_sec, time.tv_nsec)
}

private func milliseconds(_ time: (seconds: Int, nanoseconds: Int)) -> Int64 { Int64(time.seconds * 1_000 + time.nanoseconds / 1_000_000) }
