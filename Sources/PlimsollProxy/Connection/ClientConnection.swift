import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// Where a client's connection stands.
enum ClientPhase: UInt8 {
    /// Kept alive, nothing received since the last exchange ended.
    case idle
    /// Some bytes of a head are here.
    case receivingHead
    /// An exchange is under way.
    case exchanging
    /// All was answered and our side is closed; what the client still sends is read and dropped,
    /// so that the answer is not lost to a reset (RFC 9112, section 9.6).
    case lingering
    /// Waits for its outstanding operations, then closes.
    case closing
}

/// One connection of a client: what it owes and is owed. Idle, it owns no buffer.
struct ClientConnection: ~Copyable {
    let descriptor: Int32
    /// The listener that accepted it, as the worker numbers them.
    let listener: UInt16
    let address: SocketAddress
    let peer: PeerFacts
    var phase: ClientPhase = .idle
    var isReceiving = false
    /// The client has sent its end of stream.
    var hasEnded = false
    /// The answer under way is the last one.
    var closesAfterAnswer = false
    /// The answer under way may have promised to keep the connection; the next is the last one.
    var isLeaving = false
    /// It was answered before all of its request was read; the rest may still come.
    var isUploadCutShort = false
    /// Closing is done by a reset: a clean end would make a truncated message look whole.
    var closesByReset = false
    var sending = SendQueue()
    /// When the send began that is out.
    var sendingSince = Instant(nanoseconds: 0)
    var input = InputBytes()
    /// Index of the exchange under way, or `.max`.
    var exchange: UInt32 = .max
    var requests: UInt32 = 0
    var timer: TimerID = .none
    /// When the wheel will look at this connection; never later than what is due first.
    var timerAt: Instant = .distantFuture
    /// When the present phase has lasted too long: idle, a head, lingering.
    var phaseAt: Instant = .distantFuture
    /// When the client has taken too long over its request's body.
    var uploadAt: Instant = .distantFuture
    /// When the client has taken too long to read its answer.
    var downloadAt: Instant = .distantFuture
    /// When the last byte of the latest request came: tells a half-close from a departure.
    var requestEndedAt = Instant(nanoseconds: 0)
    var idleSince = Instant(nanoseconds: 0)
    /// Neighbours in the list of idle connections, the longest idle first.
    var idlePrevious: UInt32 = .max
    var idleNext: UInt32 = .max

    init(descriptor: Int32, listener: UInt16, address: SocketAddress, peer: PeerFacts) {
        self.descriptor = descriptor
        self.listener = listener
        self.address = address
        self.peer = peer
    }
}
