import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// How a body's end is marked on the way out.
enum OutgoingFraming: UInt8 {
    /// Nothing follows the head.
    case none
    /// The head says how many bytes.
    case length
    case chunked
    /// By the connection's end (to HTTP/1.0 clients).
    case close

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: self = .none
        case .length: self = .length
        case .chunked: self = .chunked
        case .untilClose: self = .close
        }
    }
}

/// One request and its answer. What happens to it is in ``ExchangePhase``; the worker does it.
///
/// Its connections know it by index and it knows them; ``Worker`` keeps both sides true.
struct Exchange: ~Copyable {
    /// The client's connection.
    let client: UInt32
    /// The snapshot that it began with, in the worker's table of plans.
    let plan: PlanSlot
    var route = RouteIndex(rawValue: .max)
    let head: RequestHead
    /// When the head's last byte had come.
    let startedAt: Instant
    let requestID: RequestID
    var phase: ExchangePhase = .connecting
    var upstream: UpstreamIndex = UpstreamIndex(rawValue: .max)
    var endpoint: EndpointIndex = EndpointIndex(rawValue: .max)
    /// The attempt's connection, or `.max`.
    var server: UInt32 = .max
    /// Its connection had carried a request before: closed without an answer, it may be stale.
    var isOnReusedConnection = false
    /// The last one was stale: the next is not taken from the pool.
    var needsFreshConnection = false
    var permit: Permit?
    /// A second attempt beside the one of ``server``, and its permit.
    var hedge = HedgeAttempt.none
    var hedgePermit: Permit?
    /// A hedge was sent: there is no second one.
    var hasHedged = false
    /// Its place in the upstream's queue while ``ExchangePhase/queued``.
    var ticket: TicketID?
    /// Attempts begun so far.
    var attempts: UInt8 = 0
    /// Attempts that a trusted peer made of the request before it came here.
    var attemptsBefore: UInt8 = 0
    /// An attempt was begun and has not ended: breakers and balancer wait for its outcome.
    var hasAttempt = false
    /// The request is out whole, and nothing has come back: the endpoint is who is waited for.
    var isAnswerAwaited = false
    var upstreamPass = BreakerPass(closedEpoch: 0)
    var endpointPass = BreakerPass(closedEpoch: 0)
    /// Its route has a breaker of its own, and the attempt has this pass of it.
    var hasRouteBreaker = false
    var hasRoutePass = false
    var routePass = BreakerPass(closedEpoch: 0)
    /// Whose breaker it was shed by, if it was.
    var breakerScope: BreakerScope?
    /// Holds the serialised request head, and the body when that was here whole and short.
    var block: BufferIndex = .none
    /// Where the head begins, from the block's data start: below zero once it is marked with the
    /// attempt's number.
    var blockStart: Int32 = 0
    /// Bytes of the head in the block, with a short body behind it.
    var blockCount: Int32 = 0
    /// Where the head has room for the time that is left, from the block's data start; 0: nowhere,
    /// below zero: it is to have some.
    var deadlineAt: Int32 = 0
    /// The same in `grpc-timeout`.
    var grpcTimeoutAt: Int32 = 0
    /// It is the client's deadline, which comes before the route's.
    var isClientDeadline = false
    /// How much it matters, when not all requests can be served.
    var priority = Priority.standard
    /// Whose it is, as a keyed hash; 0: nobody's in particular.
    var tenant: UInt32 = 0
    var allowsUpgrade = false
    var allowsRetry = true
    /// The target and host as received, for the access log, at the beginning of the headroom.
    var targetCount: Int32 = 0
    var hostCount: Int32 = 0

    var requestBody: BodyDecoder
    var requestFraming: OutgoingFraming = .none
    /// Every byte of the request was read and passed on.
    var isRequestRead = false
    /// The upstream has asked for the body with a 100.
    var hasContinued = false
    /// Some of the body has gone to an upstream piece by piece and cannot be sent again.
    var isRequestSpent = false

    var answerBody = BodyDecoder(.none)
    var answerFraming: OutgoingFraming = .none
    var answerKeepsServer = false
    /// A final answer's head has gone to the client's connection.
    var hasAnswerBegun = false
    /// It is among the ``ConnectionTally``'s answering, or tunnelling.
    var isCountedAnswering = false
    var isCountedTunnelling = false
    /// The upstream's half of a tunnel has ended.
    var hasServerEnded = false
    var status: UInt16 = 0
    /// Why it was answered here, or `none`.
    var reason: EndReason = .none

    var queuedAt: Instant = .distantFuture
    var admittedAt: Instant = .distantFuture
    var attemptAt: Instant = .distantFuture
    /// When the present wait (ticket, connect, answer's next bytes) has lasted too long.
    var waitAt: Instant = .distantFuture
    /// When a hedge is sent if no answer has begun.
    var hedgeAt: Instant = .distantFuture
    /// When the route's time for the whole exchange is over.
    var deadline: Instant = .distantFuture
    var firstByteAt: Instant = .distantFuture
    var upload = ConnectionPace()
    var download = ConnectionPace()
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0

    init(
        client: UInt32, plan: PlanSlot, head: RequestHead, startedAt: Instant, requestID: RequestID
    ) {
        self.client = client
        self.plan = plan
        self.head = head
        self.startedAt = startedAt
        self.requestID = requestID
        requestBody = BodyDecoder(head.framing)
        isRequestRead = requestBody.isComplete
    }

    /// Whether nothing of the request is lost: another attempt could send it whole.
    var isReplayable: Bool { !isRequestSpent && !block.isNone }
}
