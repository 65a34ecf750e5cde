import Glibc
import PlimsollCore

/// The machine's clock that never jumps: the only place that reads it.
public enum MonotonicClock {
    /// Now, in nanoseconds since the machine started.
    public static var now: Instant {
        var time = timespec()
        // Cannot fail: the clock exists on every Linux and the pointer is valid.
        _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
