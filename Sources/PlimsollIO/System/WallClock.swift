import Glibc
import PlimsollCore

/// The clock of dates, which may jump: the only place that reads it.
public enum WallClock {
    /// Now, in Coordinated Universal Time.
    public static var now: WallTime {
        var time = timespec()
        // Cannot fail: the clock exists on every Linux and the pointer is valid.
        _ = clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }
}
