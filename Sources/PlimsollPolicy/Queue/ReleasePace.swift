import PlimsollCore

/// How fast permits come back while somebody waits for them: what a place in the queue means in
/// time.
///
/// Only busy time counts. At a quiet hour permits come back as seldom as requests arrive, and a
/// queue that took that for the upstream's pace would expect seconds of wait from a few clicks.
struct ReleasePace {
    /// An estimate takes in this much busy time. A tenth of it would do for the mean, but where
    /// one request in ten takes sixteen times as long, such requests come in swarms: queues that
    /// are judged by the pace of their moment are taken for overloads four times as often.
    private static var windowNanoseconds: Int64 { 1_000_000_000 }
    /// After this much an estimate that is off by a factor of three is replaced: the upstream has
    /// changed. Swarms make two.
    private static var changeNanoseconds: Int64 { 100_000_000 }
    /// Fewer releases than this say little, however long they took.
    private static var releasesMinimum: Int64 { 8 }
    /// Gaps between releases vary: one four times the usual is no news, a longer one is.
    private static var usualGaps: Int64 { 4 }

    private var busyNanoseconds: Int64 = 0
    private var releases: Int64 = 0
    /// Of the last whole window; 0 while there was none.
    private var each: Int64 = 0
    /// Until when busy time is counted in.
    private var countedTo = Instant(nanoseconds: 0)
    private var lastReleaseAt = Instant(nanoseconds: 0)

    /// The first ticket begins to wait.
    mutating func begin(at now: Instant) {
        countedTo = now
        lastReleaseAt = now
    }

    /// A permit has come back and passed to a ticket.
    mutating func release(at now: Instant) {
        count(at: now)
        releases += 1
        lastReleaseAt = now
        let recent = max(1, busyNanoseconds / releases)
        let hasChanged =
            releases >= Self.releasesMinimum && busyNanoseconds >= Self.changeNanoseconds
            && (each == 0 || recent > 3 * each || recent < each / 3)
        let isWhole = busyNanoseconds >= Self.windowNanoseconds || hasChanged
        if isWhole {
            each = recent
            busyNanoseconds = 0
            releases = 0
        }
    }

    /// Nobody waits any more.
    mutating func end(at now: Instant) {
        count(at: now)
    }

    // Another loop's reading of the clock may be a turn older.
    private mutating func count(at now: Instant) {
        busyNanoseconds += max(0, now.nanoseconds(since: countedTo))
        countedTo = max(countedTo, now)
    }

    /// Nanoseconds from one release to the next while somebody waits; 0 while unknown.
    func nanosecondsEach(_ conditions: QueueConditions, at now: Instant) -> Int64 {
        var known = each
        if known == 0 {
            known =
                releases >= Self.releasesMinimum
                ? max(1, busyNanoseconds / releases) : conditions.nanosecondsPerRelease
        }
        guard known > 0 else { return 0 }
        return max(known, now.nanoseconds(since: lastReleaseAt) / Self.usualGaps)
    }
}
