import PlimsollCore

/// Tells a burst, which may wait, from an overload, where waiting helps nobody.
///
/// A queue's length sums up arrivals less departures, so it is itself the test that a statistician
/// would make: a burst is over before the expected wait reaches ten targets, sustained overload
/// gets there for certain. A clock ("has been standing for half a second") is the worse judge:
/// at nine tenths of the load queues stand that long by chance.
///
/// Each class is judged by the wait behind itself and the classes before it, so a flood of the
/// sheddable is no overload to the critical.
struct OverloadGauge {
    /// After each of these spans of an overload it is asked whether it still is one.
    private static var auditNanoseconds: Int64 { 1_000_000_000 }
    /// It is not if fewer than this many of a hundred were refused: at 1.2 times the capacity 17
    /// are.
    private static var refusedPercentMinimum: Int { 7 }

    private struct Standing {
        var isOverloaded = false
        /// Nobody of this class or one before it waits since then.
        var emptySince: Instant? = Instant(nanoseconds: 0)
        var auditedAt = Instant(nanoseconds: 0)
        var releasedBefore = 0
        var refused = 0
    }

    private var standings = [Standing](repeating: Standing(), count: Priority.count)

    /// Whether arrivals of this class are refused before they wait long.
    func isOverloaded(_ priority: Priority) -> Bool {
        for standing in standings[...Int(priority.rawValue)] where standing.isOverloaded {
            return true
        }
        return false
    }

    /// The highest class that is overloaded by itself and those before it. What the next arrival
    /// would find to be over is over.
    func overloadedFrom(at now: Instant, _ intervalNanoseconds: Int64) -> Priority? {
        for priority in Priority.allCases {
            let standing = standings[Int(priority.rawValue)]
            let isOver =
                standing.emptySince.map { now.nanoseconds(since: $0) >= intervalNanoseconds }
                ?? false
            if standing.isOverloaded && !isOver { return priority }
        }
        return nil
    }

    /// An arrival: what was an overload may be over.
    mutating func advance(to now: Instant, released: Int, intervalNanoseconds: Int64) {
        for position in standings.indices where standings[position].isOverloaded {
            if let since = standings[position].emptySince,
                now.nanoseconds(since: since) >= intervalNanoseconds
            {
                standings[position].isOverloaded = false
            }
            guard now.nanoseconds(since: standings[position].auditedAt) >= Self.auditNanoseconds
            else { continue }
            let refused = standings[position].refused
            let arrived = refused + max(0, released - standings[position].releasedBefore)
            if refused * 100 < arrived * Self.refusedPercentMinimum {
                standings[position].isOverloaded = false
            }
            startAudit(position, released, now)
        }
    }

    /// The wait that an arrival of this class expects is no burst's any more.
    mutating func overloaded(_ priority: Priority, released: Int, at now: Instant) {
        standings[Int(priority.rawValue)].isOverloaded = true
        startAudit(Int(priority.rawValue), released, now)
    }

    /// An arrival of this class was refused for the wait it would have had.
    mutating func refused(_ priority: Priority) {
        for position in Int(priority.rawValue)..<standings.count {
            standings[position].refused += 1
        }
    }

    private mutating func startAudit(_ position: Int, _ released: Int, _ now: Instant) {
        standings[position].auditedAt = now
        standings[position].releasedBefore = released
        standings[position].refused = 0
    }

    /// A ticket of this class begins to wait.
    mutating func queued(_ priority: Priority) {
        for position in Int(priority.rawValue)..<standings.count {
            standings[position].emptySince = nil
        }
    }

    /// A ticket of this class has left.
    /// - Parameter waits: whether anybody of a class, or one before it, still waits.
    mutating func left(_ priority: Priority, at now: Instant, waits: (Priority) -> Bool) {
        for position in Int(priority.rawValue)..<standings.count {
            guard standings[position].emptySince == nil,
                let priority = Priority(rawValue: UInt8(position)), !waits(priority)
            else { continue }
            standings[position].emptySince = now
        }
    }
}
