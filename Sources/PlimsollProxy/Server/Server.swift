import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// The daemon's whole life, on the first thread: it loads the configuration, opens listeners, gives
/// up privileges, starts the loops, and from then on hears signals and what loops and the admin
/// server tell it. It never touches a request.
///
/// What may wait on this thread: nothing for long. A reload's file is read and its names are
/// looked up on a thread of their own.
public final class Server {
    /// For how long handshakes that have begun may end before a listener closes: one round trip of
    /// a distant client.
    static var handshakeNanoseconds: Int64 { 250_000_000 }
    /// How much later than promised a drain may be over before the loops are given up.
    static var patienceNanoseconds: Int64 { 5_000_000_000 }

    let configurationPath: String
    let log: OperatorLog
    let manager: ServiceManager
    let control: (any ControlService)?
    let commands = Mailbox<ServerCommand>()
    let events = LogQueue()
    let signals: SignalReader
    let wake: WakeDescriptor
    /// Calls the control loop when an upstream's state needs a look later.
    let bell = ControlBell()

    var listeners: ListenerSet
    /// What may be open at once.
    let descriptors: Int
    var registry: UpstreamRegistry
    var rateLimiters: RateLimiters
    /// Of the hash that tells tenants apart, for as long as the process runs.
    let tenantSeed: UInt64
    var routeBreakers: RouteBreakers
    /// Set by `start`, before anything that uses it runs.
    var state: ServerState!
    var threads: [LoopThread] = []
    var runningWorkers = 0
    var startedWorkers = 0
    var liveness = LoopLiveness()
    var nextWatchdogAt = Instant.distantFuture

    // Reloading: see Server+Reload.
    var isLoading = false
    var isReloadWanted = false
    /// A change that waits for handshakes of listeners that it retires.
    var pendingAdoption: PendingAdoption?
    /// Draining: see Server+Drain.
    var drain = DrainState.none
    var exit = ServerExit.stopped

    /// Runs a server until it was told to end.
    /// - Parameter control: what runs beside the loops.
    public static func run(
        configurationPath: String, control: (any ControlService)? = nil
    ) -> ServerExit {
        let log = OperatorLog(level: .info)
        do throws(StartError) {
            let server = try Server(configurationPath: configurationPath, log: log, control)
            try server.start()
            return server.supervise()
        } catch {
            log.error(error.description)
            return error.exit
        }
    }

    /// The names that routes are counted under.
    let names = SeriesNames()
    private let initial: ResolvedConfiguration

    private init(
        configurationPath: String, log: OperatorLog, _ control: (any ControlService)?
    ) throws(StartError) {
        self.configurationPath = configurationPath
        self.log = log
        self.control = control
        manager = ServiceManager.fromEnvironment()
        initial = try Self.load(configurationPath, log: log)
        log.level = initial.configuration.log.level
        let loops = Self.loopCount(initial.configuration.server)
        do throws(SystemError) {
            signals = try SignalReader()
            wake = try WakeDescriptor()
            registry = UpstreamRegistry(workers: loops, seed: try Entropy.seed(), bell: bell)
            rateLimiters = RateLimiters(seed: try Entropy.seed())
            tenantSeed = try Entropy.seed()
            routeBreakers = RouteBreakers(
                workers: loops, seed: try Entropy.seed(), bell: bell)
            descriptors = try ResourceLimits.raiseDescriptors()
        } catch {
            throw StartError(exit: .unavailable, description: "\(error)")
        }
        listeners = ListenerSet(loops: loops, inherited: InheritedSockets.fromEnvironment())
        commands.attach(wake)
        events.attach(wake)
    }

    private static func load(
        _ path: String, log: OperatorLog
    ) throws(StartError) -> ResolvedConfiguration {
        do {
            let (resolved, warnings) = try ResolvedConfiguration.load(path: path)
            for warning in warnings {
                log.warning(warning)
            }
            return resolved
        } catch {
            if case .invalid(let lines) = error {
                for line in lines.dropLast() {
                    log.error(line)
                }
                throw StartError(exit: .invalidConfiguration, description: lines.last ?? "")
            }
            throw StartError(exit: .unavailable, description: "\(error)")
        }
    }

    static func loopCount(_ settings: ServerSettings) -> Int {
        switch settings.loops {
        case .automatic: ResourceLimits.coresAvailable()
        case .exactly(let count): count
        }
    }

    // MARK: Start

    private func start() throws(StartError) {
        let configuration = initial.configuration
        try checkCapacity(configuration)
        let change = try openListeners(configuration)
        do {
            try control?.open(configuration)
        } catch {
            let address = configuration.admin.listen?.text ?? "off"
            throw StartError(
                exit: .unavailable, description: "admin server at \(address): \(error)")
        }
        // While it is still allowed: the control loop, which must answer when the data loops take
        // all that the cores give, begins with the priority of this thread.
        let priority = ThreadPriority.favour()
        defer { ThreadPriority.restore(priority) }
        try dropPrivileges(configuration.server)
        let accessLog = try openAccessLog(configuration, priority: priority)
        let choice = DriverChoice.probe(configuration.server.driver.preference)
        log.log(choice.isFallback ? .warning : .info, choice.reason)

        let now = MonotonicClock.now
        if let refusal = registry.refusal(of: initial) {
            throw StartError(exit: .unavailable, description: refusal)
        }
        let (upstreams, _) = registry.adopt(initial, now: now)
        let plan = makePlan(
            configuration, upstreams: upstreams, places: change.places, generation: 1)
        do throws(SystemError) {
            state = ServerState(
                configurationPath: configurationPath, startedAt: now, driver: choice,
                directory: WorkerDirectory(workers: Self.loopCount(configuration.server)),
                log: log, events: events, commands: commands, names: names,
                accessLog: accessLog, configuration: configuration,
                plan: plan, bell: bell)
            try control?.start(state)
            ThreadPriority.restore(priority)
            try startWorkers(configuration, choice: choice, plan: plan, change: change)
        } catch {
            throw StartError(exit: .unavailable, description: "\(error)")
        }
        for (settings, place) in zip(configuration.listeners, change.places) {
            log.info(
                "listening",
                ["listener": settings.name, "address": place.listener.boundAddress])
        }
    }

    private func openListeners(
        _ configuration: Configuration
    ) throws(StartError) -> ListenerChange {
        do {
            let change = try listeners.prepare(configuration.listeners)
            listeners.commit(change, settings: configuration.listeners, log: log)
            listeners.closeUnclaimed(log: log)
            return change
        } catch {
            throw StartError(exit: .unavailable, description: "\(error)")
        }
    }

    private func dropPrivileges(_ settings: ServerSettings) throws(StartError) {
        do {
            guard Privileges.isRoot, settings.user != "root" else {
                return try Privileges.forbidNewPrivileges()
            }
            let standard = try Account.named("plimsoll") == nil ? "nobody" : "plimsoll"
            let name = settings.user ?? standard
            guard let account = try Account.named(name) else {
                throw PrivilegesError.unknownUser(name)
            }
            try Privileges.drop(to: account)
            log.info("privileges were given up", ["user": name])
        } catch {
            throw StartError(exit: .unavailable, description: "\(error)")
        }
    }

    /// Two chunks a loop are being filled or written; the rest bridges a slow disk.
    static func logChunks(loops: Int) -> Int { max(64, 4 * loops) }

    // After privileges were given up, so that a file that could not be opened again for rotation
    // is noticed now.
    private func openAccessLog(
        _ configuration: Configuration, priority: Int32?
    ) throws(StartError) -> LogWriter? {
        let chunks = Self.logChunks(loops: Self.loopCount(configuration.server))
        do {
            switch configuration.log.access {
            case .off: return nil
            case .standardOutput:
                return try LogWriter(to: .standardOutput, chunksMaximum: chunks, priority: priority)
            case .file(let path):
                return try LogWriter(
                    to: .file(path: path), chunksMaximum: chunks, priority: priority)
            }
        } catch {
            throw StartError(
                exit: .unavailable,
                description: Self.accessLogProblem(configuration.log.access, error))
        }
    }

    /// Says whose rights it is about: privileges were given up before.
    private static func accessLogProblem(
        _ destination: LogSettings.AccessLog, _ error: SystemError
    ) -> String {
        guard case .file(let path) = destination else { return "access log: \(error)" }
        return "access log \(path): \(error); user \(Privileges.userIdentifier) must be able to "
            + "write it, and to make it again after a rotation"
    }

    private func startWorkers(
        _ configuration: Configuration, choice: DriverChoice, plan: ProxyPlan,
        change: ListenerChange
    ) throws(SystemError) {
        let workers = state.directory.count
        let places = Self.connectionPlaces(
            configuration, descriptors: try ResourceLimits.descriptors())
        let cores = configuration.server.isPinned ? CorePinning.allowedCores() : []
        let buffers = WorstCase.buffersPerLoop(configuration.server, loops: workers)
        for index in 0..<workers {
            let settings = WorkerSettings(
                index: WorkerIndex(rawValue: UInt16(index)), workers: workers,
                seed: try Entropy.seed(), connectionsMaximum: places,
                fieldCountMaximum: Self.fieldPlaces,
                answerLimits: HeadLimits(headBytesMaximum: 60 << 10)
            ) { WallClock.now }
            let launch = WorkerLaunch(
                settings: settings, driver: choice, buffers: buffers,
                descriptorReserve: Self.descriptorReserve(
                    configuration, descriptors: try ResourceLimits.descriptors(), loops: workers),
                core: cores.isEmpty ? nil : cores[index % cores.count], plan: plan,
                listeners: try sockets(change, forLoop: index), directory: state.directory,
                metrics: state.metrics[index], accessLog: state.accessLog, names: state.names,
                commands: commands)
            threads.append(try launch.start())
            runningWorkers += 1
        }
    }

    /// Places for a head's fields: the most that can be configured, which a reload may do.
    private static var fieldPlaces: Int { 1000 }

    /// Places for connections of each kind in every loop: no loop can have more than there are
    /// descriptors, and a reload may raise the listeners' bounds.
    static func connectionPlaces(_ configuration: Configuration, descriptors: Int) -> Int {
        let configured = configuration.listeners.reduce(0) { $0 + $1.connectionsMaximum }
        return max(64, min(descriptors, max(configured, 65_536)))
    }

    /// Descriptors that each loop holds back from clients: half of what we do not need ourselves,
    /// where there are too few for the configured clients and as many upstream connections. Never
    /// many: opening them must not outgrow a table of 256, since each time the kernel enlarges the
    /// table of a process with threads it stands still for some 12 ms, which was most of a start.
    static func descriptorReserve(
        _ configuration: Configuration, descriptors: Int, loops: Int
    ) -> Int {
        let own = min(descriptors / 2, 16 + 8 * loops)
        let wanted = configuration.listeners.reduce(0) { $0 + 2 * $1.connectionsMaximum }
        guard descriptors - own < wanted else { return 0 }
        return min(128, (descriptors - own) / 2) / loops
    }

    /// Every loop's own descriptors of the listeners that are new.
    func sockets(
        _ change: ListenerChange, forLoop loop: Int
    ) throws(SystemError) -> [ListenerSocket] {
        var sockets: [ListenerSocket] = []
        for (position, place) in change.places.enumerated() where place.isNew {
            sockets.append(
                ListenerSocket(
                    position: position, descriptor: try place.listener.duplicate(forLoop: loop)))
        }
        return sockets
    }

    func makePlan(
        _ configuration: Configuration, upstreams: [PlanUpstream],
        places: [ListenerChange.Place], generation: UInt64
    ) -> ProxyPlan {
        let indices = Dictionary(
            uniqueKeysWithValues: upstreams.map { ($0.shared.name, $0.index) })
        let limiters = rateLimiters.adopt(configuration.routes)
        let breakers = routeBreakers.adopt(configuration.routes, at: MonotonicClock.now)
        let routes = RouteTable(
            configuration.servedRoutes, upstreams: configuration.upstreams,
            rateLimiters: limiters, breakers: breakers, tenantSeed: tenantSeed
        ) { name in
            guard let index = indices[name] else {
                preconditionFailure("a checked configuration names an unknown upstream")
            }
            return index
        }
        return ProxyPlan(
            generation: generation,
            listeners: zip(configuration.listeners, places).map {
                PlanListener($0, shared: $1.listener.shared)
            },
            routes: routes, routeSeries: routes.routes.map { names.index(of: $0.name) },
            upstreams: upstreams, trustedProxies: configuration.server.trustedProxies,
            protection: configuration.server.protection)
    }
}

extension ServerSettings.DriverChoice {
    /// In the driver's own words.
    var preference: DriverChoice.Preference {
        switch self {
        case .automatic: .auto
        case .uring: .uring
        case .epoll: .epoll
        }
    }
}
