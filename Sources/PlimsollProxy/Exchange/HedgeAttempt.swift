import PlimsollCore
import PlimsollPolicy

/// A second attempt of an exchange beside its first, which takes too long. Whichever is answered
/// first becomes the exchange's attempt; the other one is broken off.
///
/// It exists only while the first attempt waits for the first byte of its answer, and holds a
/// permit of its own.
struct HedgeAttempt: BitwiseCopyable {
    /// Its connection, or `.max` when there is no hedge.
    var server: UInt32
    var endpoint: EndpointIndex
    var upstreamPass: BreakerPass
    var endpointPass: BreakerPass
    var startedAt: Instant
    var isOnReusedConnection: Bool
    /// Its request is out; its endpoint is waited for.
    var isAnswerAwaited = false

    static var none: HedgeAttempt {
        HedgeAttempt(
            server: .max, endpoint: EndpointIndex(rawValue: .max),
            upstreamPass: BreakerPass(closedEpoch: 0), endpointPass: BreakerPass(closedEpoch: 0),
            startedAt: .distantFuture, isOnReusedConnection: false)
    }

    var isNone: Bool { server == .max }
}
