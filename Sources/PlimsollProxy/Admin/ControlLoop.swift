import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Synchronization

/// What runs beside the data loops, on one thread with a driver of its own: the admin server,
/// health checks, and what only time changes about upstreams.
///
/// Who may touch what: `start`, `adopt` and `stop` are called by the server's thread and only post
/// orders; everything else happens on the loop's thread.
public final class ControlLoop: ControlService {
    enum Order: Sendable {
        case adopt
        case stop
    }

    /// Between two looks at all upstreams at the least, however often the bell rings: a breaker
    /// that flaps must not keep the loop busy.
    static var refreshNanoseconds: Int64 { 10_000_000 }
    /// Buffers for what admin clients and endpoints send; each is in use within one turn only.
    static var buffers: Int { 256 }

    private let orders = Mailbox<Order>()
    private var thread: LoopThread?
    /// The admin server's socket, opened and not yet handed to the thread.
    private var adminSocket: Int32?
    /// The file of its local socket, to be removed at the end.
    private var adminFile: SocketFile?
    /// The address that the admin server listens at, once started; nil when it is off.
    public private(set) var adminAddress: SystemAddress?

    public init() {}

    /// Opens the admin server's socket.
    /// - Throws: the call that failed.
    public func open(_ configuration: Configuration) throws(SystemError) {
        guard let listen = configuration.admin.listen else { return }
        let socket = try ListeningSocket(
            at: try Self.address(listen), ListeningSocket.Options(backlog: 128))
        let bound = try socket.localAddress()
        adminAddress = bound
        adminFile = bound.path.flatMap { SocketFile(path: $0) }
        adminSocket = socket.release()
    }

    /// Starts the thread.
    /// - Throws: the call that failed.
    public func start(_ state: ServerState) throws(SystemError) {
        let listener = adminSocket
        adminSocket = nil
        let pool = BufferPool(capacity: Self.buffers)
        let driver = try makeDriver(state.driver, pool: pool)
        let parts = SendableParts(driver: driver, pool: pool)
        let orders = orders
        let admin = listener
        let seed = try Entropy.seed()
        orders.attach(driver.wake)
        state.bell.attach(driver.wake)
        state.news.attach(driver.wake)
        thread = try LoopThread(name: "plimsoll-control") {
            var run = ControlRun(
                state: state, parts: parts, orders: orders, listener: admin, seed: seed,
                now: MonotonicClock.now)
            run.run()
        }
    }

    public func adopt(_ state: ServerState) {
        orders.post(.adopt)
    }

    public func nudge() {
        orders.nudge()
    }

    /// Ends the loop and waits for it.
    public func stop() {
        adminFile?.remove()
        orders.post(.stop)
        thread?.join()
        thread = nil
    }

    private static func address(_ listen: ListenAddress) throws(SystemError) -> SystemAddress {
        switch listen {
        case .socket(let address): SystemAddress(address)
        case .unix(let path): try SystemAddress(path: path)
        }
    }
}

/// What the control loop's thread takes over from the one that starts it, which does not touch it
/// again.
struct SendableParts: @unchecked Sendable {
    let driver: any Driver
    let pool: BufferPool
}

/// The control loop itself, confined to its thread.
struct ControlRun: ~Copyable {
    private let state: ServerState
    private let driver: any Driver
    private let orders: Mailbox<ControlLoop.Order>
    private var admin: AdminServer?
    private var health: HealthChecker
    private var watch: OperatorWatch
    private var operations = OperationQueue()
    private var completions = CompletionQueue()
    private var messages: [ControlLoop.Order] = []
    /// When upstreams are looked at again; never later than any of them needs it.
    private var refreshAt: Instant
    private var refreshedAt: Instant
    /// When the process's memory is looked at again; never, where it has no limit.
    private var measureAt: Instant
    private var memoryLimit: Int?
    private var isStopping = false

    /// - Parameter listener: the admin server's socket, which it then owns; nil: it is off.
    init(
        state: ServerState, parts: SendableParts, orders: Mailbox<ControlLoop.Order>,
        listener: Int32?, seed: UInt64, now: Instant
    ) {
        self.state = state
        driver = parts.driver
        self.orders = orders
        health = HealthChecker(sockets: KernelSockets(), pool: parts.pool, seed: seed)
        watch = OperatorWatch(log: state.log)
        if let listener {
            admin = AdminServer(
                listener: FileDescriptor(owning: listener), server: state, pool: parts.pool,
                now: now)
        } else {
            admin = nil
        }
        refreshAt = now
        refreshedAt = now
        measureAt = now
        adopt(now)
    }

    mutating func run() {
        var now = MonotonicClock.now
        while !isStopping {
            now = turn(at: now)
        }
        finish(at: now)
    }

    private mutating func turn(at before: Instant) -> Instant {
        admin?.advance(to: before, operations: &operations)
        health.advance(to: before, operations: &operations)
        let deadline = min(
            min(refreshAt, min(measureAt, watch.nextLook)),
            min(admin?.nextDeadline ?? .distantFuture, health.nextDeadline))
        let now = driver.turn(
            performing: &operations, until: deadline, completions: &completions)
        state.controlTurned(at: now)
        handleCompletions(at: now)
        orders.drain(into: &messages)
        for message in messages {
            switch message {
            case .adopt: adopt(now)
            case .stop: isStopping = true
            }
        }
        for upstream in health.takeChanged() {
            refresh(upstream, at: now)
            watch.call(at: now)
        }
        if state.bell.takeRing() {
            refreshAt = min(refreshAt, max(now, earliestRefresh))
        }
        if now >= refreshAt {
            refreshAll(at: now)
            watch.call(at: now)
        }
        // Once called, it looks in its own time: further rings need not wake it.
        if watch.isAsleep, state.news.isRinging {
            watch.call(at: now)
        }
        if now >= watch.nextLook {
            _ = state.news.takeRing()
            watch.look(at: state, health: health.counts, now: now)
        }
        if now >= measureAt {
            measureMemory(at: now)
        }
        return now
    }

    private var earliestRefresh: Instant {
        refreshedAt.advanced(byNanoseconds: ControlLoop.refreshNanoseconds)
    }

    private mutating func refreshAll(at now: Instant) {
        refreshedAt = now
        refreshAt = .distantFuture
        for upstream in state.snapshot.plan.upstreams {
            refresh(upstream.shared, at: now)
            refreshAt = min(refreshAt, max(upstream.shared.nextRefresh(at: now), earliestRefresh))
        }
    }

    /// Tells the loops how much of its memory the process uses.
    private mutating func measureMemory(at now: Instant) {
        guard let memoryLimit else {
            measureAt = .distantFuture
            state.directory.memory.share = 0
            return
        }
        measureAt = now.advanced(byNanoseconds: Self.measureNanoseconds)
        state.directory.memory.share =
            Double(ProcessMemory.resident() ?? 0) / Double(max(1, memoryLimit))
    }

    /// Memory does not fill faster than it can be touched.
    private static var measureNanoseconds: Int64 { 500_000_000 }

    private mutating func handleCompletions(at now: Instant) {
        for position in 0..<completions.count {
            let completion = completions[position]
            switch completion.token.kind {
            case ControlToken.adminAccept:
                admin?.accepted(completion, at: now, operations: &operations)
            case ControlToken.adminReceive:
                let counts = health.counts
                admin?.received(completion, health: counts, at: now, operations: &operations)
            case ControlToken.adminSend:
                let counts = health.counts
                admin?.sent(completion, health: counts, at: now, operations: &operations)
            case ControlToken.probeConnect:
                health.connected(completion, at: now, operations: &operations)
            case ControlToken.probeReceive:
                health.received(completion, at: now, operations: &operations)
            case ControlToken.probeSend:
                health.sent(completion, at: now, operations: &operations)
            default:
                preconditionFailure("a completion of unknown kind \(completion.token.kind)")
            }
        }
        completions.removeAll()
    }

    private mutating func adopt(_ now: Instant) {
        refreshAt = now
        let current = state.snapshot
        memoryLimit =
            MemoryBudget(
                current.configuration.server.memoryLimit, granted: ProcessMemory.limit()
            ).limit
        measureAt = now
        var settings: [String: HealthSettings] = [:]
        for upstream in current.configuration.upstreams {
            settings[upstream.name] = upstream.health
        }
        health.adopt(
            current.plan.upstreams, settings: settings, at: now, operations: &operations)
    }

    /// Brings an upstream up to date and tells the loops of whoever may go on by it.
    private func refresh(_ upstream: SharedUpstream, at now: Instant) {
        state.directory.tell(upstream.refreshLimit(at: now), of: upstream.index)
    }

    /// Gives the kernel its operations back, so that nothing of ours is read or written when the
    /// memory goes. Bounded: cancellations complete within a turn or two.
    private mutating func finish(at now: Instant) {
        admin?.stop(operations: &operations)
        health.stop(operations: &operations)
        for _ in 0..<100 where !(admin?.isIdle ?? true) || !health.isIdle {
            let now = driver.turn(performing: &operations, until: now, completions: &completions)
            handleCompletions(at: now)
        }
        _ = driver.turn(performing: &operations, until: now, completions: &completions)
    }
}
