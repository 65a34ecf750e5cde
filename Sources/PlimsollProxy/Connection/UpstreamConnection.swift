import PlimsollCore
import PlimsollIO

/// Where a connection to an endpoint stands.
enum UpstreamPhase: UInt8 {
    case connecting
    /// Carries an attempt, or both halves of a tunnel.
    case busy
    /// Kept alive in its pool. Whatever is received now discards it.
    case idle
    /// Waits for its outstanding operations, then closes.
    case closing
}

/// One connection to an endpoint. Idle, it owns no buffer.
struct UpstreamConnection: ~Copyable {
    let descriptor: Int32
    let endpoint: EndpointIndex
    var phase: UpstreamPhase = .connecting
    var isReceiving = false
    var isConnecting = true
    /// The last receive left something behind in the socket.
    var leavesMore = false
    /// A send failed: nothing more goes out, but an answer may still be on its way in.
    var hasStoppedReading = false
    /// The request's body was broken off: a reset tells the upstream that it is not whole.
    var closesByReset = false
    var sending = SendQueue()
    var input = InputBytes()
    /// Index of the exchange it serves, or `.max`.
    var exchange: UInt32 = .max
    /// Requests sent so far: above one, a failure before any answer may mean a stale connection.
    var requests: UInt32 = 0
    var timer: TimerID = .none
    var timerAt: Instant = .distantFuture
    var deadline: Instant = .distantFuture
    /// Neighbours in the pool's list, the latest used first.
    var poolPrevious: UInt32 = .max
    var poolNext: UInt32 = .max

    init(descriptor: Int32, endpoint: EndpointIndex) {
        self.descriptor = descriptor
        self.endpoint = endpoint
    }
}
