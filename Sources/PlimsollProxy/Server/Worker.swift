import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// Which table an operation's token points into.
enum TokenKind {
    /// Of a completion that was read before its turn.
    static var done: UInt8 { 0 }
    static var accept: UInt8 { 1 }
    static var clientReceive: UInt8 { 2 }
    static var clientSend: UInt8 { 3 }
    static var upstreamConnect: UInt8 { 4 }
    static var upstreamReceive: UInt8 { 5 }
    static var upstreamSend: UInt8 { 6 }
}

/// What a timer's owner is.
enum TimerKind {
    static var client: UInt8 { 1 }
    static var upstreamConnection: UInt8 { 2 }
    static var acceptPause: UInt8 { 3 }
    static var drain: UInt8 { 4 }
    static var memory: UInt8 { 5 }
    static var pressure: UInt8 { 6 }
}

/// A loop and all it owns: connections, exchanges, buffers, timers, pools. Confined to its
/// thread; what loops share is behind ``SharedUpstream`` and ``SharedEndpoint``.
///
/// The way of a request: `Worker+Accept`, `+ClientInput`, `+Begin`, `+Attempt`, `+RequestBody`,
/// `+Answer`, `+Settle`, `+ClientOutput`.
public struct Worker: ~Copyable {
    let index: WorkerIndex
    let driver: any Driver
    let sockets: any SocketSource
    let pool: BufferPool
    let directory: WorkerDirectory
    let mailbox: Mailbox<WorkerMessage>
    let metrics: WorkerMetrics
    let settings: WorkerSettings

    var operations = OperationQueue()
    var completions = CompletionQueue()
    /// The time of this turn, stamped when its wait ended.
    var now: Instant
    var timers: TimerWheel
    var random: RandomSource
    var parser: HeadParser
    var dates: DateCache
    /// Where normalised and rewritten paths are written while a route is looked for.
    let scratch: UnsafeMutableRawBufferPointer

    var clients: Slab<ClientConnection>
    var servers: Slab<UpstreamConnection>
    var exchanges: Slab<Exchange>
    var upstreams: WorkerUpstreams
    var listeners: [WorkerListener] = []
    var plans: PlanTable
    /// The idle client connections, the longest idle first.
    var idleClients = IdleList()
    /// What became of tickets of this loop during this turn, acted on when its completions are
    /// done.
    var news = TurnList<TicketNews>(initialCapacity: 16)
    /// Tickets that a step of this loop ended, on any loop; empty between two steps.
    var ended: [EndedTicket] = []
    /// News on their way to exchanges of this loop that no longer want them. The loop must not end
    /// before they came and a permit among them was passed on.
    var newsOwed = 0
    var messages: [WorkerMessage] = []
    var accessLog: AccessLogBuffer
    /// The wheel will look whether memory can go back to the kernel.
    var isMemoryWatched = false
    /// Memory is going back, some in each turn.
    var isReleasingMemory = false
    /// So many clients were here at once that their places are worth giving back.
    var hasCrowd = false
    /// The wheel will look whether buffers are still short.
    var isPressureWatched = false
    var tally = ConnectionTally()
    var lag: LagMeter
    var protection: SelfProtection
    var isDraining = false
    var isStopping = false
    /// ``finish()`` has begun: who is still accepted is turned away.
    var isFinishing = false
    var drainEndsAt: Instant = .distantFuture

    /// - Parameters:
    ///   - driver: the kernel's side; made on the thread that runs the worker.
    ///   - plan: the snapshot to begin with.
    public init(
        settings: WorkerSettings, driver: any Driver, pool: BufferPool, sockets: any SocketSource,
        directory: WorkerDirectory, metrics: WorkerMetrics, accessLog: consuming AccessLogBuffer,
        plan: ProxyPlan, listeners: [ListenerSocket], now: Instant
    ) {
        index = settings.index
        self.settings = settings
        self.driver = driver
        self.pool = pool
        self.sockets = sockets
        self.directory = directory
        self.metrics = metrics
        self.accessLog = accessLog
        mailbox = directory.mailbox(of: settings.index)
        self.now = now
        timers = TimerWheel(start: now)
        random = RandomSource(seed: settings.seed)
        parser = HeadParser(fieldCountMaximum: settings.fieldCountMaximum)
        dates = DateCache(wallNow: settings.wallNow)
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 16)
        clients = Slab(capacity: settings.connectionsMaximum)
        servers = Slab(capacity: settings.connectionsMaximum)
        exchanges = Slab(capacity: settings.connectionsMaximum)
        upstreams = WorkerUpstreams(worker: settings.index)
        plans = PlanTable()
        lag = LagMeter(at: now)
        protection = SelfProtection(plan.protection)
        ended.reserveCapacity(16)
        adopt(plan, listeners)
    }

    deinit {
        scratch.deallocate()
    }

    /// A path twice, which is at most a head, and a rewritten prefix.
    private static var scratchBytes: Int { 2 * BufferPool.headroomBytes + 4096 }

    /// Runs turns until the worker was told to stop or its drain is over.
    public mutating func run() {
        while !isFinished {
            turn()
        }
        finish()
    }

    /// Whether nothing is left to do.
    public var isFinished: Bool {
        isStopping
            || (isDraining && clients.count == 0 && newsOwed == 0
                && listeners.allSatisfy { $0.descriptor < 0 })
    }

    /// One turn: perform what was asked for, wait, and handle what came.
    public mutating func turn() {
        turn(until: news.count > 0 ? now : min(timers.nextDeadline, accessLog.nextFlush))
    }

    mutating func turn(until wakeAt: Instant) {
        now = driver.turn(performing: &operations, until: wakeAt, completions: &completions)
        metrics.beginTurn(at: now, due: wakeAt)
        if completions.count > 1 {
            discardSpoiledServers()
        }
        if lag.note(busyNanoseconds: driver.busyNanoseconds, at: now) {
            judgeStrain()
        }
        for position in 0..<completions.count {
            handle(completions[position])
        }
        completions.removeAll()
        readMailbox()
        while let owner = timers.expired(at: now) {
            handleTimer(owner)
        }
        readNews()
        if accessLog.isDue(now) {
            accessLog.flush(now)
        }
        if pool.hasIdleMemory {
            watchMemory()
        }
        if pool.isScarce, !isPressureWatched {
            relievePressure()
        }
        publishConnections()
    }

    private mutating func handle(_ completion: Completion) {
        let token = completion.token
        let index = token.handle.index
        switch token.kind {
        case TokenKind.clientReceive:
            clientReceived(index, completion.result, completion.buffer)
        case TokenKind.clientSend:
            clientSent(index, completion.result)
        case TokenKind.upstreamReceive:
            servers[index].leavesMore = completion.leavesMore
            upstreamReceived(index, completion.result, completion.buffer)
        case TokenKind.upstreamSend:
            upstreamSent(index, completion.result)
        case TokenKind.upstreamConnect:
            upstreamConnected(index, completion.result)
        case TokenKind.done:
            break
        case TokenKind.accept:
            accepted(Int(index), completion.result, hasMore: completion.hasMore)
        default:
            preconditionFailure("a completion of unknown kind \(token.kind)")
        }
    }

    private mutating func handleTimer(_ owner: UInt64) {
        let token = OperationToken(rawValue: owner)
        switch token.kind {
        case TimerKind.client:
            clientTimerFired(token.handle.index)
        case TimerKind.upstreamConnection:
            serverTimerFired(token.handle.index)
        case TimerKind.acceptPause:
            resumeAccepting(Int(token.handle.index))
        case TimerKind.drain:
            drainTimerFired()
        case TimerKind.memory:
            memoryTimerFired()
        case TimerKind.pressure:
            relievePressure()
        default:
            preconditionFailure("a timer of unknown kind \(token.kind)")
        }
    }

    /// Tickets of this loop that have ended. A permit granted may be released at once, and so end
    /// another ticket.
    private mutating func readNews() {
        var position = 0
        while position < news.count {
            ticketEnded(news[position])
            position += 1
        }
        news.removeAll()
    }
}
