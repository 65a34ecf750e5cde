import PlimsollCore

/// What the clients of one service saw in the last second, for the live table: four quarters, of
/// which the oldest is forgotten as a new one begins.
struct RecentTraffic {
    static let quarterNanoseconds: Int64 = 250_000_000

    private var quarters: [TrafficRecord] = Array(repeating: TrafficRecord(), count: 4)
    private var current = TrafficRecord()
    private var quarterEndsAt: Instant

    init(start: Instant) {
        quarterEndsAt = start.advanced(byNanoseconds: Self.quarterNanoseconds)
    }

    mutating func countSent(lateNanoseconds: Int64, at now: Instant) {
        advance(to: now)
        current.countSent(lateNanoseconds: lateNanoseconds)
    }

    mutating func count(_ outcome: VisitOutcome, nanoseconds: Int64, at now: Instant) {
        advance(to: now)
        current.count(outcome, nanoseconds: nanoseconds)
    }

    /// The last four whole quarters.
    mutating func second(at now: Instant) -> TrafficRecord {
        advance(to: now)
        return quarters.reduce(into: TrafficRecord()) { $0.merge($1) }
    }

    private mutating func advance(to now: Instant) {
        // At most four turns matter; a longer silence has emptied all of them.
        for _ in 0...quarters.count where now >= quarterEndsAt {
            quarters.removeFirst()
            quarters.append(current)
            current = TrafficRecord()
            quarterEndsAt = quarterEndsAt.advanced(byNanoseconds: Self.quarterNanoseconds)
        }
        if now >= quarterEndsAt {
            quarterEndsAt = now.advanced(byNanoseconds: Self.quarterNanoseconds)
        }
    }
}
