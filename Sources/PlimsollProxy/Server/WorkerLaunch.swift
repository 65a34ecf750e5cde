import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// All that one loop's thread begins with.
struct WorkerLaunch: Sendable {
    var settings: WorkerSettings
    var driver: DriverChoice
    /// Buffers of this loop.
    var buffers: Int
    /// Descriptors that this loop holds back for connections to upstreams.
    var descriptorReserve: Int
    /// The core to stay on; nil for any.
    var core: Int?
    var plan: ProxyPlan
    var listeners: [ListenerSocket]
    var directory: WorkerDirectory
    var metrics: WorkerMetrics
    var accessLog: LogWriter?
    var names: SeriesNames
    var commands: Mailbox<ServerCommand>

    /// Starts the loop's thread. It reports itself by ``ServerCommand/workerStarted(_:)`` and
    /// ``ServerCommand/workerEnded(_:failure:)``.
    func start() throws(SystemError) -> LoopThread {
        // The stack holds no buffers: 1 MiB is far more than a turn needs.
        try LoopThread(name: "plimsoll-\(settings.index.rawValue)", stackBytes: 1 << 20) { run() }
    }

    private func run() {
        do {
            if let core {
                try CorePinning.pin(to: core)
            }
            let pool = BufferPool(capacity: buffers)
            let driver = try makeDriver(driver, pool: pool)
            directory.mailbox(of: settings.index).attach(driver.wake)
            let now = MonotonicClock.now
            metrics.beginTurn(at: now)
            metrics.attachThread()
            defer { metrics.detachThread() }
            var worker = Worker(
                settings: settings, driver: driver, pool: pool,
                sockets: KernelSockets(reserve: descriptorReserve),
                directory: directory, metrics: metrics,
                accessLog: AccessLogBuffer(writer: accessLog, names: names) { WallClock.now },
                plan: plan, listeners: listeners, now: now)
            commands.post(.workerStarted(settings.index))
            worker.run()
            commands.post(.workerEnded(settings.index, failure: nil))
        } catch {
            commands.post(.workerEnded(settings.index, failure: "\(error)"))
        }
    }
}
