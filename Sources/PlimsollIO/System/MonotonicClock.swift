import CLinux
import PlimsollCore

/// The machine's clock that never jumps: the only place that reads it.
public enum MonotonicClock {
    /// Now, in nanoseconds since the machine started.
    public static var now: Instant {
        Instant(nanoseconds: clinux_monotonic_nanoseconds())
    }
}
