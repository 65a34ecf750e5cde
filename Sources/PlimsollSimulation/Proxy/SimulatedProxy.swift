import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollProxy

/// The real workers on simulated drivers: a proxy in a world.
public final class SimulatedProxy {
    /// One loop.
    public final class Loop {
        public let driver: SimulatedDriver
        public let buffers: BufferPool
        public let metrics: WorkerMetrics
        public var worker: Worker
        /// The worker has run to its end.
        public private(set) var hasEnded = false

        init(
            driver: SimulatedDriver, buffers: BufferPool, metrics: WorkerMetrics,
            worker: consuming Worker
        ) {
            self.driver = driver
            self.buffers = buffers
            self.metrics = metrics
            self.worker = worker
        }

        func turn() {
            guard !hasEnded else { return }
            worker.turn()
            guard worker.isFinished else { return }
            // The end takes its turns in a row, without the world between them.
            driver.turnTime = 10_000
            worker.run()
            hasEnded = true
        }
    }

    public let loops: [Loop]
    public let upstreams: [SharedUpstream]
    public let directory: WorkerDirectory

    /// - Parameters:
    ///   - configuration: its endpoints are addresses of the world's network; its listeners are
    ///     opened there, one socket a loop.
    ///   - buffers: of each loop.
    ///   - connectionsMaximum: of each loop, either side.
    ///   - socketExhaustion: how likely the kernel has no socket to connect with.
    public init(
        in world: SimulatedWorld, configuration: Configuration, loops count: Int, seed: UInt64,
        manners: SimulatedDriver.Manners = SimulatedDriver.Manners(), buffers: Int = 256,
        connectionsMaximum: Int = 256, socketExhaustion: Double = 0
    ) {
        let network = world.network
        let compiled = SimulatedPlan(
            configuration, workers: count, seed: seed, now: network.now)
        upstreams = compiled.upstreams
        let directory = WorkerDirectory(workers: count)
        self.directory = directory
        loops = (0..<count).map { number in
            let pool = BufferPool(capacity: buffers)
            let driver = SimulatedDriver(network: network, buffers: pool, waiting: .never)
            driver.manners = manners
            let metrics = WorkerMetrics()
            let listeners = configuration.listeners.indices.map { position in
                ListenerSocket(
                    position: position,
                    descriptor: network.makeListener(
                        at: SimulatedAddress(configuration.listeners[position].address)))
            }
            let sockets = SimulatedSockets(network: network)
            sockets.exhaustion = socketExhaustion
            let index = WorkerIndex(rawValue: UInt16(number))
            directory.mailbox(of: index).attach(driver.wake)
            let worker = Worker(
                settings: WorkerSettings(
                    index: index, workers: count, seed: seed &+ UInt64(number),
                    connectionsMaximum: connectionsMaximum,
                    fieldCountMaximum: configuration.listeners.map(\.fieldsMaximum).max() ?? 100,
                    answerLimits: HeadLimits(),
                    wallNow: { WallTime(seconds: 1_790_000_000, nanoseconds: 0) }),
                driver: driver, pool: pool, sockets: sockets,
                directory: directory, metrics: metrics, accessLog: AccessLogBuffer(),
                plan: compiled.plan, listeners: listeners, now: network.now)
            return Loop(driver: driver, buffers: pool, metrics: metrics, worker: worker)
        }
        for loop in loops {
            world.addLoop(loop.driver, hasEnded: { loop.hasEnded }, turn: { loop.turn() })
        }
    }

    /// Tells every loop.
    public func post(_ message: WorkerMessage) {
        for number in loops.indices {
            directory.mailbox(of: WorkerIndex(rawValue: UInt16(number))).post(message)
        }
    }
}

extension SimulatedAddress {
    init(_ address: ListenAddress) {
        switch address {
        case .socket(let address): self.init(address)
        case .unix(let path): self.init(path: path)
        }
    }

    /// An IP address.
    public init(_ address: SocketAddress) {
        self = SystemAddress(address).withUnsafeBytes { SimulatedAddress(kernelForm: $0) }
    }
}
