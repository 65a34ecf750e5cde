import CLinux
import PlimsollCore

/// The clock of dates, which may jump: the only place that reads it.
public enum WallClock {
    /// Now, in Coordinated Universal Time.
    public static var now: WallTime {
        var seconds: Int64 = 0
        var nanoseconds: Int32 = 0
        clinux_realtime(&seconds, &nanoseconds)
        return WallTime(seconds: seconds, nanoseconds: nanoseconds)
    }
}
