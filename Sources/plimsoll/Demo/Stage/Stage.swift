import Glibc
import PlimsollCore
import PlimsollIO

/// Everything around the proxy: three toy services and their clients, in one event loop.
///
/// Clients come at random, whether or not earlier ones were served, and each waits for as long as
/// its patience lasts. Confined to the demo's first thread. Bounded: so many clients and
/// connections, beyond which a request counts as failed.
final class Stage {
    static let connectionsMaximum = 4_096
    /// Everything is received here for a moment only.
    static let buffers = 256
    static let acceptPauseNanoseconds: Int64 = 100_000_000
    /// How long inventory is well, then ill, in turns.
    static let wellNanoseconds: Int64 = 3_000_000_000
    static let illNanoseconds: Int64 = 2_000_000_000
    /// A service that is ill says so at once.
    static let illWorkNanoseconds: Int64 = 1_000_000
    static let stalledWorkNanoseconds: Int64 = 3_000_000_000
    /// Waking up this late means that the machine stood still.
    static let standstillNanoseconds: Int64 = 100_000_000

    // The driver is declared first, as it must go before the memory that its operations name.
    let driver: any Driver
    let pool: BufferPool
    let sockets = KernelSockets()
    var operations = OperationQueue()
    var completions = CompletionQueue()
    var timers: TimerWheel
    var random: RandomSource
    var now: Instant

    // The services.
    var listeners: [Int32] = []
    private(set) var ports: [UInt16] = []
    var pools = DemoService.allCases.map { ToyPool(slots: $0.slots) }
    var connections = Slab<ServiceConnection>(capacity: connectionsMaximum)
    let goodAnswer = StableText(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n")
    let illAnswer = StableText(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
            + "Content-Length: 4\r\n\r\nill\n")
    private(set) var isStalled = false
    private(set) var isIll = false
    private var healthChangesAt: Instant

    // The clients.
    var visits = Slab<Visit>(capacity: connectionsMaximum)
    var front: ConnectAddress?
    let requests = DemoService.allCases.map {
        StableText("GET /\($0.name)/ HTTP/1.1\r\nHost: demo.test\r\nConnection: close\r\n\r\n")
    }
    private var nextVisitAt: [Instant] = []
    var journal: Journal

    /// - Parameter choice: the kernel interface, as for the proxy's loops.
    init(_ choice: DriverChoice, seed: UInt64, now: Instant) throws(SystemError) {
        pool = BufferPool(capacity: Self.buffers)
        driver = try makeDriver(choice, pool: pool)
        timers = TimerWheel(start: now)
        random = RandomSource(seed: seed)
        self.now = now
        healthChangesAt = now.advanced(byNanoseconds: Self.wellNanoseconds)
        journal = Journal(start: now)
        for service in DemoService.allCases {
            try open(service)
        }
    }

    private func open(_ service: DemoService) throws(SystemError) {
        let socket = try Self.listen()
        ports.append(try Self.port(of: socket))
        listeners.append(socket.release())
        accept(service)
    }

    /// A port that nobody listens at. Somebody may be quicker than who asked, who then fails.
    static func freePort() throws(SystemError) -> UInt16 {
        try port(of: try listen())
    }

    private static func listen() throws(SystemError) -> ListeningSocket {
        try ListeningSocket(
            at: SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0)),
            ListeningSocket.Options(backlog: 1_024))
    }

    private static func port(of socket: borrowing ListeningSocket) throws(SystemError) -> UInt16 {
        guard let bound = SocketAddress(try socket.localAddress()) else {
            preconditionFailure("a TCP socket has no IP address")
        }
        return bound.port
    }

    /// Clients begin to come.
    func openDoors(_ address: SystemAddress) {
        front = ConnectAddress(address)
        nextVisitAt = DemoService.allCases.map { _ in now }
    }

    /// No more clients come; those who are here may end.
    func closeDoors() {
        nextVisitAt = []
    }

    /// Recommendations hangs in something, or is well again, which also frees what hung.
    func stall(_ isStalled: Bool) {
        self.isStalled = isStalled
        guard !isStalled else { return }
        for index in 0..<connections.highWater where connections.isOccupied(index) {
            guard connections[index].service == .recommendations,
                connections[index].work != .none
            else { continue }
            timers.reschedule(
                connections[index].work,
                at: now.advanced(byNanoseconds: DemoService.recommendations.workNanoseconds))
        }
    }

    /// One turn of the loop: performs, waits, and handles what happened.
    func turn(until deadline: Instant) {
        let arrival = nextVisitAt.min() ?? .distantFuture
        let next = min(deadline, arrival, timers.nextDeadline, healthChangesAt)
        let latest = max(now, next)
        now = driver.turn(performing: &operations, until: next, completions: &completions)
        if now.nanoseconds(since: latest) >= Self.standstillNanoseconds {
            standStill(from: latest)
        }
        for position in 0..<completions.count {
            handle(completions[position])
        }
        completions.removeAll()
        while let owner = timers.expired(at: now) {
            expired(OperationToken(rawValue: owner))
        }
        if now >= healthChangesAt {
            isIll.toggle()
            healthChangesAt = now.advanced(
                byNanoseconds: isIll ? Self.illNanoseconds : Self.wellNanoseconds)
        }
        letIn()
    }

    private func handle(_ completion: Completion) {
        defer {
            if !completion.buffer.isNone { pool.give(completion.buffer) }
        }
        switch completion.token.kind {
        case StageToken.accept: accepted(completion)
        case StageToken.visitConnect, StageToken.visitSend, StageToken.visitReceive:
            visitMoved(completion)
        case StageToken.serviceReceive: requestCame(completion)
        case StageToken.serviceSend: answerLeft(completion)
        default: preconditionFailure("a completion of unknown kind \(completion.token.kind)")
        }
    }

    private func expired(_ token: OperationToken) {
        switch token.kind {
        case StageToken.patience: patienceEnded(token.handle.index)
        case StageToken.work: workEnded(token.handle.index)
        case StageToken.acceptAgain:
            guard let service = DemoService(rawValue: Int(token.handle.index)) else {
                preconditionFailure("a timer of an unknown service")
            }
            accept(service)
        default: preconditionFailure("a timer of unknown kind \(token.kind)")
        }
    }

    /// Nobody comes who should have come before now.
    func postponeVisits() {
        nextVisitAt = nextVisitAt.map { max($0, now) }
    }

    /// Everybody whose time has come. Gaps are exponential, so that arrivals are independent.
    private func letIn() {
        for service in DemoService.allCases where service.rawValue < nextVisitAt.count {
            while nextVisitAt[service.rawValue] <= now {
                visit(service, meantAt: nextVisitAt[service.rawValue])
                let gap = -log(1 - random.unitInterval()) / service.rate
                nextVisitAt[service.rawValue] = nextVisitAt[service.rawValue].advanced(
                    byNanoseconds: Int64(gap * 1e9) + 1)
            }
        }
    }
}

extension Stage {
    /// How a service is, in a word; empty when it is well.
    func condition(of service: DemoService) -> String {
        switch service {
        case .payments: ""
        case .recommendations: isStalled ? "stalled" : ""
        case .inventory: isIll ? "ill" : ""
        }
    }

    func forgetMaximum(_ service: DemoService) {
        pools[service.rawValue].forgetMaximum()
    }
}
