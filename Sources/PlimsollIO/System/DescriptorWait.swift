import Glibc
import PlimsollCore

/// Waiting for a few descriptors on a thread that has no driver.
public enum DescriptorWait {
    /// Waits until one of the descriptors is readable or `deadline` has passed, whichever is first.
    /// - Parameter deadline: ``Instant/distantFuture`` for none.
    public static func untilReadable(_ descriptors: [Int32], deadline: Instant) throws(SystemError)
    {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let result = poll(
                &entries, nfds_t(entries.count),
                timeoutMilliseconds(until: deadline, from: MonotonicClock.now))
            if result >= 0 { return }
            let code = SystemCall.lastError
            guard code == EINTR else { throw SystemError("poll", code: code) }
        }
    }

    /// What `poll` takes: -1 for no timeout; rounded up, so that the deadline has passed at the
    /// end.
    static func timeoutMilliseconds(until deadline: Instant, from now: Instant) -> Int32 {
        guard deadline != .distantFuture else { return -1 }
        let left = deadline.nanoseconds(since: now)
        guard left > 0 else { return 0 }
        return Int32(clamping: (left - 1) / 1_000_000 + 1)
    }
}
