internal import CLinux
internal import Glibc
internal import Pipeline

/// Who of a group is alive: a file beside the broker file, with a place of eight bytes for each member.
///
/// A member holds a lock on its place as long as it has the file open. The kernel lets go of it when the process ends, however it ends, so that
/// the partitions of a killed member go over at once, without process ids that containers do not share and that are given out again. In the
/// place stands when the member was last heard of, for a member that is there but asleep.
///
/// Time is CLOCK_BOOTTIME: the same for all processes of the machine, it goes on while the machine sleeps, and nobody sets it. After a restart of
/// the machine no lock is held, so an old time is never compared. Nothing here is synced: it means nothing after a loss of power.
final class HeartbeatFile {
    /// What is known of another member.
    enum Life: Equatable {
        /// Its process has ended.
        case ended
        /// Milliseconds on the clock when it was last heard of.
        case heard(Int64)
    }

    private let file: OpenFile
    private var slot: Int64 = -1

    init(besides database: String) throws(PortError) {
        file = try OpenFile(database + "-members", O_RDWR | O_CREAT, "open")
    }

    /// Takes a place for this member; false where somebody has it.
    func claim(_ slot: Int64, at time: Int64) throws(PortError) -> Bool {
        switch clinux_lock_byte(file.descriptor, Int(slot * 8)) {
        case 1:
            self.slot = slot
            try beat(at: time)
            return true
        case 0: return false
        default: throw SystemFailure.last("lock", of: file.path)
        }
    }

    /// Tells the others that this member is awake.
    func beat(at time: Int64) throws(PortError) {
        var time = time.littleEndian
        guard pwrite(file.descriptor, &time, 8, off_t(slot * 8)) == 8 else { throw SystemFailure.last("write", of: file.path) }
    }

    /// What is known of the member in another place. Not for one's own.
    func life(of slot: Int64) throws(PortError) -> Life {
        switch clinux_byte_is_locked(file.descriptor, Int(slot * 8)) {
        case 0: return .ended
        case 1:
            var time: Int64 = 0
            guard pread(file.descriptor, &time, 8, off_t(slot * 8)) == 8 else { return .ended }
            return .heard(Int64(littleEndian: time))
        default: throw SystemFailure.last("look at", of: file.path)
        }
    }
}
