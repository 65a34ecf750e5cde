import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollProxy
import PlimsollSimulation
import Testing

/// A proxy of one or two loops between clients and upstreams, and the laws of the house.
final class ProxyScenario {
    struct Settings {
        var loops = 2
        var clients = 10
        var requestsPerClient = 5
        var endpoints = 2
        var concurrency = 4
        var queue = 8
        var queueTimeout = "50ms"
        /// Lines behind the bulkhead's, with their table's head.
        var extra = ""
        /// Lines of the route. With any, clients are trusted.
        var route = ""
        var timeouts = "connect = \"1s\", response = \"30s\", idle = \"60s\""
        var buffers = 256
        var connections = 256
        var socketExhaustion = 0.0
        var manners = SimulatedDriver.Manners()
        var behaviour = SimulatedUpstream.Behaviour()
        var plan: (inout Chance, Int) -> ClientPlan = { ClientPlan.drawn(requests: $1, with: &$0) }
        /// How the connections' links are made; nil draws every one anew.
        var link: LinkSettings?
        /// Whether an upstream may still be at a request that the proxy has given up: clients
        /// that leave, and timeouts.
        var abandons = true
    }

    static let front = SimulatedAddress(10, 0, 0, 1, port: 80)
    let settings: Settings
    let network: SimulatedNetwork
    let ledger = Ledger()
    let world: SimulatedWorld
    let proxy: SimulatedProxy
    let upstreams: [SimulatedUpstream]
    private(set) var clients: [SimulatedClient] = []
    /// Sentences about broken laws.
    private(set) var broken: [String] = []

    init(seed: UInt64, _ settings: Settings) throws {
        self.settings = settings
        network = SimulatedNetwork(seed: seed)
        network.trace.linesMaximum = 400
        if let link = settings.link {
            network.makeLink = { _ in link }
        }
        let world = SimulatedWorld(network: network)
        self.world = world
        let ledger = ledger
        let network = network
        upstreams = (0..<settings.endpoints).map { number in
            SimulatedUpstream(
                network: network, address: Self.back(number), ledger: ledger,
                behaviour: settings.behaviour)
        }
        let loaded = ConfigurationLoader.load(text: Self.configuration(settings), file: "sim.toml")
        let configuration = try #require(loaded.configuration, "\(loaded.report)")
        proxy = SimulatedProxy(
            in: world, configuration: configuration, loops: settings.loops, seed: seed,
            manners: settings.manners, buffers: settings.buffers,
            connectionsMaximum: settings.connections,
            socketExhaustion: settings.socketExhaustion)
        var chance = network.chance.fork()
        clients = (0..<settings.clients).map { _ in
            SimulatedClient(
                network: network, address: Self.front, ledger: ledger,
                plan: settings.plan(&chance, settings.requestsPerClient))
        }
        world.afterTurn = { [unowned self] in checkTurn() }
    }

    private static func back(_ number: Int) -> SimulatedAddress {
        SimulatedAddress(10, 0, 1, UInt8(number + 1), port: 8080)
    }

    private static func configuration(_ settings: Settings) -> String {
        let endpoints = (0..<settings.endpoints).map { "\"10.0.1.\($0 + 1):8080\"" }
        return """
            [server]
            trusted_proxies = [\(settings.route.isEmpty ? "" : "\"0.0.0.0/0\"")]

            [[listener]]
            name = "front"
            address = "10.0.0.1:80"

            [[route]]
            path_prefix = "/"
            upstream = "back"
            \(settings.route)

            [upstream.back]
            endpoints = [\(endpoints.joined(separator: ", "))]
            timeouts = { \(settings.timeouts) }

            [upstream.back.bulkhead]
            concurrency = \(settings.concurrency)
            queue = \(settings.queue)
            queue_timeout = "\(settings.queueTimeout)"
            \(settings.extra)
            """
    }

    /// Tells the proxy to drain within some time, at some time.
    func drain(after delay: Int64, within patience: Int64) {
        network.schedule(afterNanoseconds: delay) { [self] in
            proxy.post(.drain(endsAt: network.now.advanced(byNanoseconds: patience)))
        }
    }

    /// Runs to the end of all clients, then lets everything come to rest.
    func run() {
        if !world.run(atMost: .seconds(300), until: { clients.allSatisfy(\.isDone) }) {
            broken.append("\(ledger.openCount) requests never ended")
        }
        // Longer than any linger or response timeout, shorter than the idle ones do not matter.
        _ = world.run(atMost: .seconds(120)) { false }
        checkEnd()
        keepAlive()
    }

    /// After every turn of a loop.
    private func checkTurn() {
        let census = proxy.upstreams[0].load
        if census.inFlight > settings.concurrency {
            breakLaw("\(census.inFlight) in flight, of \(settings.concurrency)")
        }
        if census.waiting > settings.queue {
            breakLaw("\(census.waiting) waiting, of \(settings.queue)")
        }
        let forwarding = proxy.loops.reduce(0) { $0 + $1.worker.census.permits }
        if forwarding > census.inFlight {
            breakLaw("\(forwarding) exchanges forward on \(census.inFlight) permits")
        }
        if !settings.abandons {
            let concurrency = upstreams.reduce(0) { $0 + $1.concurrency }
            if concurrency > settings.concurrency {
                breakLaw("the upstreams work on \(concurrency), of \(settings.concurrency)")
            }
        }
    }

    private func checkEnd() {
        let census = proxy.upstreams[0].load
        if census.inFlight != 0 || census.waiting != 0 {
            breakLaw("at rest \(census.inFlight) in flight, \(census.waiting) waiting")
        }
        for loop in proxy.loops {
            if loop.buffers.available != loop.buffers.capacity {
                breakLaw("\(loop.buffers.capacity - loop.buffers.available) buffers never returned")
            }
            if loop.hasEnded, loop.driver.outstandingCount != 0 {
                breakLaw("\(loop.driver.outstandingCount) operations outlived their loop")
            }
            let census = loop.worker.census
            if census.exchanges != 0 || census.clients != 0 {
                breakLaw("at rest \(census.exchanges) exchanges, \(census.clients) clients")
            }
        }
        for violation in ledger.violations { breakLaw(violation) }
    }

    // What is left over would trap in a worker's end and hide the sentences.
    private func keepAlive() {
        if !broken.isEmpty { _ = Unmanaged.passRetained(self) }
    }

    private func breakLaw(_ sentence: String) {
        if broken.count < 20 { broken.append(sentence) }
    }
}
