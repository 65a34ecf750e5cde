import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// All that is counted and logged of an exchange, gathered once when it has ended.
///
/// Times are ``Instant/distantFuture`` for what never happened.
struct ExchangeFacts: BitwiseCopyable {
    var method: Method
    /// As the client was answered; 499 when it was gone; 0 when it never got an answer.
    var status: UInt16
    var reason: EndReason
    /// Whose breaker it was shed by, if it was.
    var breakerScope: BreakerScope?
    /// Of the request's HTTP/1.x.
    var minorVersion: UInt8
    /// Attempts begun.
    var attempts: UInt8
    /// Two attempts were under way at once.
    var isHedged = false
    /// The last attempt went out on a connection that was kept alive.
    var isReused = false
    /// Which series of ``SeriesNames`` it counts under; `.max` when no route took it.
    var route: RouteIndex
    /// `.max` when no upstream had to do with it.
    var upstream: UpstreamIndex
    /// Of the last attempt; `.max` when there was none.
    var endpoint: EndpointIndex
    var requestID: RequestID
    var priority = Priority.standard
    /// As a keyed hash; 0: nobody's.
    var tenant: UInt32 = 0
    /// Bytes of the request's body, and of the whole answer.
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0

    /// The head's last byte had come.
    var startedAt: Instant
    var queuedAt: Instant = .distantFuture
    var admittedAt: Instant = .distantFuture
    /// The last attempt began.
    var attemptAt: Instant = .distantFuture
    /// The first byte of the last attempt's answer came.
    var firstByteAt: Instant = .distantFuture
    var endedAt: Instant

    init(
        method: Method, status: UInt16, reason: EndReason, minorVersion: UInt8, attempts: UInt8,
        route: RouteIndex, upstream: UpstreamIndex, endpoint: EndpointIndex,
        requestID: RequestID, startedAt: Instant, endedAt: Instant
    ) {
        self.method = method
        self.status = status
        self.reason = reason
        self.minorVersion = minorVersion
        self.attempts = attempts
        self.route = route
        self.upstream = upstream
        self.endpoint = endpoint
        self.requestID = requestID
        self.startedAt = startedAt
        self.endedAt = endedAt
    }

    /// From the request's head to the answer's last byte. At least 0.
    var totalNanoseconds: Int64 { max(0, endedAt.nanoseconds(since: startedAt)) }

    /// How long it waited for its permit, or for being refused one; nil when it never had to.
    var queueNanoseconds: Int64? {
        guard queuedAt != .distantFuture else { return nil }
        let left = admittedAt == .distantFuture ? endedAt : admittedAt
        return max(0, left.nanoseconds(since: queuedAt))
    }

    /// From the last attempt's start to the first byte of its answer; nil when none came.
    var upstreamNanoseconds: Int64? {
        guard attemptAt != .distantFuture, firstByteAt != .distantFuture else { return nil }
        return max(0, firstByteAt.nanoseconds(since: attemptAt))
    }
}
