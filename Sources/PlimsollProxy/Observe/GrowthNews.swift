import PlimsollCore

/// A trouble of which only a count is known, which grows while it lasts. It has begun when the
/// count grows, and is over when it has not grown for a while.
struct GrowthNews {
    enum Event: Equatable {
        case began
        /// It has lasted another minute; so many were counted in it.
        case goesOn(count: Int)
        /// So many in all.
        case ended(count: Int, nanoseconds: Int64)
    }

    /// Without growth for so long it is over.
    static var quietNanoseconds: Int64 { 5_000_000_000 }
    static var reminderNanoseconds: Int64 { 60_000_000_000 }

    private struct Trouble {
        var beganAt: Instant
        var grewAt: Instant
        var toldAt: Instant
        var countBefore: Int
        var countTold: Int
    }

    /// It has begun, and its end is still to be told.
    var isTroubled: Bool { trouble != nil }

    private var count: Int
    private var trouble: Trouble?

    /// - Parameter count: what was counted before anybody listened.
    init(count: Int) {
        self.count = count
    }

    /// - Parameter newCount: never less than before.
    mutating func hear(_ newCount: Int, at now: Instant) -> Event? {
        let before = count
        count = newCount
        guard var trouble else {
            guard newCount > before else { return nil }
            trouble = Trouble(
                beganAt: now, grewAt: now, toldAt: now, countBefore: before, countTold: newCount)
            return .began
        }
        if newCount > before { trouble.grewAt = now }
        if now.nanoseconds(since: trouble.grewAt) >= Self.quietNanoseconds {
            self.trouble = nil
            return .ended(
                count: newCount - trouble.countBefore,
                nanoseconds: trouble.grewAt.nanoseconds(since: trouble.beganAt))
        }
        var event: Event?
        if now.nanoseconds(since: trouble.toldAt) >= Self.reminderNanoseconds {
            event = .goesOn(count: newCount - trouble.countTold)
            trouble.toldAt = now
            trouble.countTold = newCount
        }
        self.trouble = trouble
        return event
    }
}
