import PlimsollCore

/// What everybody in a simulation knows of every request: planned, seen, answered. Clients and
/// upstreams write into it and hold what they see against it.
public final class Ledger {
    /// How a request ended for its client.
    public enum Ending: Hashable, Sendable {
        /// A whole answer that an upstream made.
        case answered(status: Int)
        /// A whole answer that the proxy made itself.
        case refused(status: Int)
        /// The connection ended before the whole answer was there.
        case cut
        /// The client left before the answer.
        case abandoned
    }

    /// One request.
    public struct Entry {
        public var request: RequestPlan
        /// What upstreams made of it, one for each time they saw it.
        public var attempts: [AnswerPlan] = []
        public var ending: Ending?
        /// What the proxy said when it answered itself.
        public var refusal: String?
        /// What it called the request then.
        public var refusalID: String?
        public var sentAt = Instant(nanoseconds: 0)
        public var endedAt = Instant(nanoseconds: 0)
    }

    public private(set) var entries: [Entry] = []
    /// Sentences about what must never happen; empty after a good run.
    public private(set) var violations: [String] = []

    public init() {}

    public func add(_ request: RequestPlan) -> Int {
        var request = request
        request.number = entries.count
        entries.append(Entry(request: request))
        return request.number
    }

    public subscript(number: Int) -> Entry {
        get { entries[number] }
        set { entries[number] = newValue }
    }

    public func violate(_ sentence: String) {
        violations.append(sentence)
    }

    /// A request ends once.
    public func end(_ number: Int, _ ending: Ending, at now: Instant) {
        if let earlier = entries[number].ending {
            violate("request \(number) ended as \(ending) after \(earlier)")
            return
        }
        entries[number].ending = ending
        entries[number].endedAt = now
    }

    /// Requests that have not ended.
    public var openCount: Int { entries.count { $0.ending == nil } }

    /// How many requests ended in each way.
    public var endings: [Ending: Int] {
        entries.reduce(into: [:]) { counts, entry in
            if let ending = entry.ending { counts[ending, default: 0] += 1 }
        }
    }

    /// Every request that was not answered by an upstream, in words.
    public var oddities: [String] {
        entries.compactMap { entry in
            if case .answered? = entry.ending { return nil }
            return
                "\(entry.request.number) \(entry.request.method) \(entry.request.body): "
                + "\(entry.ending.map { "\($0)" } ?? "open") \(entry.refusal ?? "") after "
                + "\(entry.endedAt.nanoseconds(since: entry.sentAt)) ns, "
                + "\(entry.attempts.count) attempts"
        }
    }

    /// How many requests an upstream answered with success.
    public var successCount: Int {
        entries.count {
            if case .answered(let status)? = $0.ending { return status < 500 }
            return false
        }
    }
}
