import CLinux
import Glibc

/// The processor time of one thread, for others to read: how busy it is, whatever it does.
public struct ThreadClock: Sendable {
    private let clock: clockid_t

    /// The clock of the calling thread; nil when the kernel has none to give. To be asked only
    /// while that thread runs: its number may be another's later.
    public static func current() -> ThreadClock? {
        var clock = clockid_t()
        guard pthread_getcpuclockid(pthread_self(), &clock) == 0 else { return nil }
        return ThreadClock(clock: clock)
    }

    /// Nanoseconds of processor time used so far, in the kernel and outside; nil when the thread
    /// has ended.
    public var nanoseconds: Int64? {
        let value = clinux_clock_nanoseconds(clock)
        return value >= 0 ? value : nil
    }
}
