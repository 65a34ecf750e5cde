import PlimsollConfig
import PlimsollCore
import PlimsollIO
import Synchronization

/// What the server is told, by signals, by its loops, and by the admin server.
public enum ServerCommand: Sendable {
    /// As SIGHUP.
    case reload
    /// As SIGTERM: the second one ends at once.
    case terminate
    /// As SIGUSR1.
    case reopenLogs
    /// A loop runs.
    case workerStarted(WorkerIndex)
    /// A loop has ended; with the reason when it was not told to.
    case workerEnded(WorkerIndex, failure: String?)
    /// Every loop goes on by a reload's configuration.
    case adopted(generation: UInt64)
    /// A reload's file has been read and its names looked up.
    case loaded(LoadOutcome)
}

/// What came of reading the file again. Opaque to all but the server.
public struct LoadOutcome: Sendable {
    let result: Result<ResolvedConfiguration, LoadError>
    let warnings: [String]
}

/// The server as other threads may see it: the status page, metrics, health checks.
public final class ServerState: Sendable {
    public enum Phase: String, Sendable {
        case starting, serving, draining
    }

    /// How reloads went.
    public struct Reloads: Sendable, Equatable {
        public var succeeded = 0
        public var failed = 0
        /// Whether the last one was put into force.
        public var isLastGood = true
    }

    /// What is in force.
    public struct Current: Sendable {
        public var phase = Phase.starting
        public var configuration: Configuration
        public var plan: ProxyPlan
        public var reloads = Reloads()
    }

    public let configurationPath: String
    public let startedAt: Instant
    public let driver: DriverChoice
    public let directory: WorkerDirectory
    /// Of each loop, by its index.
    public let metrics: [WorkerMetrics]
    /// The names that routes are counted under.
    public let names: SeriesNames
    /// nil when there is no access log.
    public let accessLog: LogWriter?
    public let log: OperatorLog
    public let events: LogQueue
    /// Wakes the control loop when what time must end has begun.
    public let bell: ControlBell
    /// Wakes the control loop when a data loop has counted something that operators want to know.
    public let news = ControlBell()
    /// What the server is asked to do. Anyone may post.
    public let commands: Mailbox<ServerCommand>
    private let current: Mutex<Current>
    private let controlTurn = Atomic<Int64>(.max)

    init(
        configurationPath: String, startedAt: Instant, driver: DriverChoice,
        directory: WorkerDirectory, log: OperatorLog, events: LogQueue,
        commands: Mailbox<ServerCommand>, names: SeriesNames, accessLog: LogWriter?,
        configuration: Configuration, plan: ProxyPlan, bell: ControlBell = ControlBell()
    ) {
        self.bell = bell
        self.accessLog = accessLog
        self.names = names
        self.configurationPath = configurationPath
        self.startedAt = startedAt
        self.driver = driver
        self.directory = directory
        let news = news
        metrics = (0..<directory.count).map { _ in
            WorkerMetrics(news: news, explain: configuration.server.explain)
        }
        self.log = log
        self.events = events
        self.commands = commands
        current = Mutex(Current(configuration: configuration, plan: plan))
    }

    /// A consistent copy of what is in force.
    public var snapshot: Current { current.withLock { $0 } }

    /// When the control loop last began a turn, for the watchdog; `distantFuture` without one.
    var controlTurnAt: Instant { Instant(nanoseconds: controlTurn.load(ordering: .relaxed)) }

    /// The control loop begins a turn.
    func controlTurned(at now: Instant) {
        controlTurn.store(now.nanoseconds, ordering: .relaxed)
    }

    /// Changes what is in force. For the server alone.
    func update(_ change: (inout Current) -> Void) {
        current.withLock { change(&$0) }
    }
}

/// What runs beside the data loops on threads of its own: the admin server, health checks.
/// Called on the control thread; must not wait.
public protocol ControlService: AnyObject {
    /// Open sockets: privileges are about to be given up.
    func open(_ configuration: Configuration) throws(SystemError)
    /// The loops are about to start.
    func start(_ state: ServerState) throws(SystemError)
    /// Another configuration is in force.
    func adopt(_ state: ServerState)
    /// Turn once, as a sign of life.
    func nudge()
    /// The loops have ended.
    func stop()
}
