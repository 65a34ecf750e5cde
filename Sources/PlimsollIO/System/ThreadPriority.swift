import Glibc

/// The share of a core that the calling thread gets beside others. Threads that it starts begin
/// with the same.
public enum ThreadPriority {
    /// Goes before threads that nobody has favoured: five steps are about three times their share,
    /// and a quick turn for who mostly sleeps.
    private static var favouredNice: Int32 { -5 }
    /// On Linux a thread has a priority of its own, and number 0 is the one that asks.
    private static var thisThread: __priority_which_t {
        __priority_which_t(PRIO_PROCESS.rawValue)
    }

    /// Favours the calling thread, where that is allowed: it takes a right (CAP_SYS_NICE, or
    /// RLIMIT_NICE) that processes give up.
    /// - Returns: what ``restore(_:)`` needs, nil when nothing changed.
    public static func favour() -> Int32? {
        errno = 0
        let before = getpriority(thisThread, 0)
        guard errno == 0, before > favouredNice,
            setpriority(thisThread, 0, favouredNice) == 0
        else { return nil }
        return before
    }

    /// Undoes ``favour()``. To ask for less is always allowed.
    public static func restore(_ before: Int32?) {
        guard let before else { return }
        _ = setpriority(thisThread, 0, before)
    }
}
