import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// The worst that a configuration can cost this process: what `check` prints, and what a daemon
/// compares with what it may have before it starts.
///
/// Memory counts as if every place that is bounded by the configuration were in use at once, on
/// every loop. Not in it: what the kernel holds for sockets.
public struct WorstCase: Sendable {
    /// Something that memory is needed for.
    public struct Part: Equatable, Sendable {
        public let name: String
        public let bytes: Int
    }

    /// What an upstream is given at once.
    public struct Upstream: Equatable, Sendable {
        public let name: String
        /// nil: as many as come.
        public let concurrency: Int?
        /// Requests that wait at once.
        public let queue: Int
        /// The longest that one waits.
        public let wait: Duration
    }

    public let loops: Int
    /// Buffers of all loops.
    public let buffers: Int
    public let memory: [Part]
    /// Sockets open at once: every client connection with one to an upstream, kept-alive ones,
    /// listeners, and what the process needs for itself.
    public let descriptors: Int
    public let upstreams: [Upstream]

    /// Bytes that may be resident at once.
    public var memoryBytes: Int { memory.reduce(0) { $0 + $1.bytes } }

    /// Logs, timers, wake-ups, signals, and the connections of the admin server.
    private static var ownDescriptors: Int { 64 }
    /// The program, its libraries and the allocator's waste: 8 MiB were measured, and two
    /// configurations while one is exchanged for the other.
    private static var programBytes: Int { 32 << 20 }
    /// A loop's and a helper's stack, of which hardly a tenth is ever touched.
    private static var stackBytes: Int { 1 << 20 }
    /// The control loop, the log's writer, a load of the configuration, the first thread.
    private static var ownThreads: Int { 4 }

    /// - Parameters:
    ///   - coresAvailable: loops where the configuration leaves their number open.
    ///   - descriptors: how many may be open at once.
    public init(_ configuration: Configuration, coresAvailable: Int, descriptors limit: Int) {
        let loops =
            switch configuration.server.loops {
            case .automatic: coresAvailable
            case .exactly(let count): count
            }
        self.loops = loops
        let perLoop = Self.buffersPerLoop(configuration.server, loops: loops)
        buffers = perLoop * loops
        let clients = configuration.listeners.reduce(0) { $0 + $1.connectionsMaximum }
        let idle = configuration.upstreams.reduce(0) {
            $0 + $1.endpoints.count * $1.idleConnectionsMaximum * loops
        }
        descriptors =
            clients * 2 + idle + configuration.listeners.count * loops * 2 + Self.ownDescriptors
        upstreams = configuration.upstreams.map {
            Upstream(
                name: $0.name,
                concurrency: $0.bulkhead.isEnforced ? $0.bulkhead.concurrency : nil,
                queue: $0.bulkhead.isEnforced ? $0.bulkhead.queue : 0,
                wait: $0.bulkhead.queueTimeout)
        }
        let places = Server.connectionPlaces(configuration, descriptors: limit)
        memory = [
            Part(name: "buffers", bytes: buffers * BufferPool.strideBytes),
            Part(
                name: "connections and requests",
                bytes: Self.connectionBytes(
                    clients: min(places, clients), idle: min(places, idle / loops)) * loops),
            Part(name: "queues", bytes: Self.queueBytes(configuration)),
            Part(name: "rate limits", bytes: Self.rateBytes(configuration)),
            Part(name: "metrics", bytes: Self.metricBytes(configuration) * loops),
            Part(
                name: "explained decisions",
                bytes: DecisionRing.bytes(records: configuration.server.explain.records) * loops),
            Part(name: "access log", bytes: Self.logBytes(configuration, loops: loops)),
            Part(
                name: "program and stacks",
                bytes: Self.programBytes + (loops + Self.ownThreads) * Self.stackBytes),
        ].filter { $0.bytes > 0 }
    }

    /// Buffers that each loop gets of the memory for all.
    static func buffersPerLoop(_ server: ServerSettings, loops: Int) -> Int {
        max(16, server.bufferMemory / loops / BufferPool.strideBytes)
    }

    /// Of one loop on which all clients happen to be: a place, a timer, an exchange and an upstream
    /// connection each.
    private static func connectionBytes(clients: Int, idle: Int) -> Int {
        // A node in a table that has just grown.
        let timer = 64
        let client = MemoryLayout<ClientConnection>.stride + MemoryLayout<Exchange>.stride + timer
        // Tables of slots, queues of the driver, lists.
        let bookkeeping = 256
        return clients * (client + bookkeeping)
            + (clients + idle) * (MemoryLayout<UpstreamConnection>.stride + timer + bookkeeping)
    }

    /// A ticket, its place in lists, and room for a table that has just grown.
    private static func queueBytes(_ configuration: Configuration) -> Int {
        let ticket = 2 * (MemoryLayout<Ticket>.stride + 64)
        return configuration.upstreams.reduce(0) {
            $0 + ($1.bulkhead.isEnforced ? $1.bulkhead.queue * ticket : 0)
        }
    }

    private static func rateBytes(_ configuration: Configuration) -> Int {
        configuration.routes.compactMap(\.rateLimit).filter(\.isEnforced)
            .reduce(0) { $0 + RateLimiter.bytes(of: $1) }
    }

    private static func metricBytes(_ configuration: Configuration) -> Int {
        let word = MemoryLayout<Int>.stride
        func rows(_ count: Int, _ cells: Int) -> Int {
            let chunk = CounterTable.rowsPerChunk
            return (count + chunk - 1) / chunk * chunk * cells * word
        }
        return rows(configuration.routes.count, MetricLayout.Route.cellsPerRow)
            + rows(configuration.upstreams.count + 1, MetricLayout.Upstream.cellsPerRow)
    }

    private static func logBytes(_ configuration: Configuration, loops: Int) -> Int {
        configuration.log.access == .off
            ? 0 : Server.logChunks(loops: loops) * LogChunk.capacity
    }
}
