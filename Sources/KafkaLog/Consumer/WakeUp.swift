internal import CLinux
internal import CRdKafka
internal import Glibc
internal import Pipeline

/// A descriptor that librdkafka writes to when an empty queue gets something, so that one thread can wait for many queues.
final class WakeUp {
    private let descriptor: Int32

    init() throws(PortError) {
        descriptor = clinux_event_descriptor()
        guard descriptor >= 0 else {
            throw PortError(.throttled, "opening", of: "an event descriptor", because: String(cString: strerror(errno)))
        }
    }

    /// Wakes the waiter whenever `queue` gets something, for as long as the client lives; so this must live longer.
    func watch(_ queue: OpaquePointer) {
        var one: UInt64 = 1
        rd_kafka_queue_io_event_enable(queue, descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Takes back what has been told so far; what comes after this call wakes the next `wait`.
    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    /// Returns when a queue has got something since `clear`, or after `duration`.
    func wait(_ duration: Duration) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&request, 1, Int32(clamping: duration.milliseconds + 1))
    }

    deinit { close(descriptor) }
}
