import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy
import Synchronization

/// What was decided about a request, and what the decision was made on. Plain: it is copied word
/// by word into a ``DecisionRing``.
struct Decision: BitwiseCopyable {
    enum Kind: UInt8, CaseIterable {
        /// Refused before any attempt, or while it waited.
        case shed
        /// Got its permit after a wait that is worth telling of.
        case queued
        /// An attempt failed and another one follows.
        case retried
        /// An attempt took long, and another one was begun beside it.
        case hedged
        /// Another attempt would have been worth while, and was not granted.
        case denied

        var label: String {
            switch self {
            case .shed: "shed"
            case .queued: "queued"
            case .retried: "retried"
            case .hedged: "hedged"
            case .denied: "retry-denied"
            }
        }
    }

    /// The upstream's breaker.
    enum Breaker: UInt8 {
        case closed
        case halfOpen
        case open

        var label: String {
            switch self {
            case .closed: "closed"
            case .halfOpen: "half-open"
            case .open: "open"
            }
        }
    }

    var requestID: RequestID
    var kind: Kind
    /// ``EndReason/position`` of the refusal, or of the failure that was retried; else of `none`.
    var reason: UInt8
    /// What stood against another attempt, where something did.
    var denial: RetryDenial?
    var priority: Priority = .standard
    /// Attempts begun so far.
    var attempts: UInt8 = 0
    var loop: WorkerIndex
    /// Which series of ``SeriesNames`` it counts under; `.max` when no route took it.
    var route = RouteIndex(rawValue: .max)
    /// `.max` when no upstream had to do with it.
    var upstream = UpstreamIndex(rawValue: .max)
    /// Of the last attempt; `.max` when there was none.
    var endpoint = EndpointIndex(rawValue: .max)
    /// Whose request it was, as a keyed hash; 0: nobody's in particular.
    var tenant: UInt32 = 0
    var at: Instant
    /// What the upstream was like at that moment.
    var standing = UpstreamStanding()
    /// How long it had waited for a permit.
    var waitedNanoseconds: Int64 = 0
    /// What the client was told, or would be; 0: nothing.
    var retryAfterNanoseconds: Int64 = 0
    /// What was left of its time; `Int64.max` without a deadline.
    var timeLeftNanoseconds: Int64 = .max
    /// Retries that the budget would still pay for; -1 where that was not asked.
    var budgetLeft: Int32 = -1
}

/// What an upstream is like at one moment: what its limiter, queue and breaker decide on.
struct UpstreamStanding: BitwiseCopyable, Equatable {
    var inFlight: Int32 = 0
    /// Permits there are; -1: the bulkhead is off.
    var limit: Int32 = -1
    var waiting: Int32 = 0
    /// Places in the queue.
    var places: Int32 = 0
    var breaker = Decision.Breaker.closed
    /// How long the breaker still refuses.
    var openNanoseconds: Int64 = 0
    /// How long a newcomer would wait, by the recent rate of completions; 0 while that is unknown.
    var predictedWaitNanoseconds: Int64 = 0
}

extension SharedUpstream {
    /// What it is like now, for the record of a decision.
    func standing(at now: Instant) -> UpstreamStanding {
        let counts = permits.counts
        var standing = UpstreamStanding()
        standing.inFlight = Int32(clamping: counts.inFlight)
        standing.limit = isBulkheadEnforced ? Int32(clamping: permits.limitNow) : -1
        standing.waiting = Int32(clamping: counts.waiting)
        standing.places = Int32(clamping: permits.queueMaximumNow)
        if !breaker.isClosed {
            standing.breaker = breaker.isPassable(at: now) ? .halfOpen : .open
            standing.openNanoseconds = breaker.retryAfterNanoseconds(at: now)
        }
        let each = nanosecondsPerRelease.load(ordering: .relaxed)
        standing.predictedWaitNanoseconds = each * Int64(counts.waiting + 1)
        return standing
    }
}
