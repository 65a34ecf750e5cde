import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// One attempt of a client's: to the proxy it is a request.
struct RehearsedRequest {
    enum Phase {
        /// The place is free.
        case free
        case queued
        /// It holds a permit, and looks for an endpoint again in a moment.
        case seeking
        /// It waits without a permit before its next attempt.
        case paused
        /// An endpoint has it.
        case working
    }

    var phase = Phase.free
    var generation: UInt32 = 0
    var kind: Int32 = 0
    var worker: Int32 = 0
    /// What the client is at.
    var errand = Errand(kind: 0, intendedAt: Instant(nanoseconds: 0))
    var upstream = UpstreamIndex(rawValue: 0)
    var ticket: TicketID?
    /// It found no free permit when it came.
    var hasWaited = false
    var attempt: UpstreamAccess.Attempt?
    /// The number of the attempt under way.
    var attemptNumber: UInt8 = 0
    /// An attempt beside it, at another endpoint.
    var hedge: UpstreamAccess.Attempt?
    var hedgeNumber: UInt8 = 0
    var hedgedAt: Instant = .distantFuture
    /// When such an attempt is due.
    var hedgeAt: Instant = .distantFuture
    var hasHedged = false
    /// Where the last attempt went.
    var avoided = EndpointIndex(rawValue: .max)
    /// Attempts of the proxy's begun so far.
    var attempts: UInt8 = 0
    /// When it came to the proxy.
    var sentAt = Instant(nanoseconds: 0)
    var admittedAt: Instant = .distantFuture
    var attemptAt: Instant = .distantFuture
    /// When the present wait has lasted too long.
    var waitAt: Instant = .distantFuture
    /// When the route's time is over.
    var deadline: Instant = .distantFuture
    /// When the client leaves.
    var clientDeadline: Instant = .distantFuture
    /// When the calendar will look at it; distantFuture: it will not.
    var wakeAt: Instant = .distantFuture

    var firstDue: Instant { min(min(waitAt, hedgeAt), min(deadline, clientDeadline)) }
}

/// What a client wants, over all its attempts.
struct Errand {
    var kind: Int32
    /// When its first attempt was meant to be sent.
    var intendedAt: Instant
    /// Attempts of the client's, from 1.
    var attempt: UInt8 = 1
    /// It was refused once, and comes again when it was told to.
    var hasHeeded = false
    var tenant: UInt32 = 0
}

/// How an errand, or an attempt at it, ended.
enum Ending: Equatable {
    /// An upstream's answer.
    case answered(status: UInt16)
    case shed(ShedReason)
    /// The proxy answered for an upstream that did not.
    case failed(FailureKind)
    /// The client left.
    case timedOut

    /// Whether a naive client tries again.
    var isRetried: Bool {
        switch self {
        case .answered(let status): status >= 500
        case .shed(let reason): reason.status >= 500
        case .failed, .timedOut: true
        }
    }
}
