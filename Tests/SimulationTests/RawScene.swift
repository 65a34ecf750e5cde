import PlimsollConfig
import PlimsollCore
import PlimsollProxy
import PlimsollSimulation
import Testing

/// A proxy of one loop between peers that send exactly the bytes they are told to.
final class RawScene {
    /// One end of a connection, seen from outside the proxy.
    final class Peer {
        private let scene: RawScene
        private let connection: PeerConnection
        private(set) var received: [UInt8] = []
        private(set) var hasEnded = false

        fileprivate init(_ scene: RawScene, _ connection: PeerConnection) {
            self.scene = scene
            self.connection = connection
            connection.whenEnded = { [weak self] _ in
                self?.hasEnded = true
                self?.connection.close()
            }
        }

        var text: String { String(decoding: received, as: UTF8.self) }

        /// The status of each answer, interim ones included.
        var statuses: [Int] {
            text.split(separator: "HTTP/1.1 ").dropFirst(text.hasPrefix("HTTP/1.1 ") ? 0 : 1)
                .compactMap { Int($0.prefix(3)) }
        }

        func write(_ text: String) { connection.write(Array(text.utf8)) }

        func close() { connection.close() }

        func after(nanoseconds: Int64, _ action: @escaping () -> Void) {
            scene.network.schedule(afterNanoseconds: nanoseconds, action)
        }

        /// Sends pieces one after the other.
        func drip(pieces: Int, of count: Int, everyNanoseconds pause: Int64) {
            guard pieces > 0, connection.isOpen else { return }
            connection.write(Array(repeating: 0x78, count: count))
            after(nanoseconds: pause) {
                self.drip(pieces: pieces - 1, of: count, everyNanoseconds: pause)
            }
        }

        /// Takes one more byte, and then nothing for longer than any scene lasts.
        func stopReading() {
            connection.readMaximum = 1
            connection.readPause = 1_000_000_000_000_000
        }

        fileprivate func receive(_ whenReceived: @escaping () -> Void = {}) {
            connection.whenReceived = { bytes in
                self.received += bytes
                whenReceived()
            }
            connection.resume()
        }
    }

    let network: SimulatedNetwork
    let proxy: SimulatedProxy
    /// What an upstream does when the head of a request is there.
    var whenAsked: (Peer) -> Void = { _ in }
    /// Whether upstreams read what is sent to them.
    var upstreamsRead = true
    /// Heads that upstreams have seen.
    private(set) var requestCount = 0
    private let world: SimulatedWorld

    /// - Parameters: lines of the configuration, in the listener's, the route's and the
    ///   upstream's place, and behind them; and how many buffers there are.
    init(
        route: String = "", listener: String = "", upstream: String = "", other: String = "",
        buffers: Int = 256
    ) throws {
        network = SimulatedNetwork(seed: 1)
        network.makeLink = { _ in .smooth }
        world = SimulatedWorld(network: network)
        let loaded = ConfigurationLoader.load(
            text: """
                [[listener]]
                name = "front"
                address = "10.0.0.1:80"
                \(listener)

                [[route]]
                path_prefix = "/"
                upstream = "back"
                \(route)

                [upstream.back]
                endpoints = ["10.0.1.1:8080"]
                \(upstream)

                \(other)
                """, file: "scene.toml")
        let configuration = try #require(loaded.configuration, "\(loaded.report)")
        proxy = SimulatedProxy(
            in: world, configuration: configuration, loops: 1, seed: 1, buffers: buffers)
        network.listen(
            at: SimulatedAddress(10, 0, 1, 1, port: 8080), decide: { .accept },
            accepted: { [unowned self] in serve($0) })
    }

    private func serve(_ connection: PeerConnection) {
        let peer = Peer(self, connection)
        if !upstreamsRead {
            peer.stopReading()
        }
        var answered = 0
        peer.receive { [unowned self] in
            // The network is smooth: heads come whole.
            let heads = peer.text.split(separator: " HTTP/1.1\r\n").count - 1
            guard heads > answered else { return }
            answered = heads
            requestCount += 1
            whenAsked(peer)
        }
    }

    /// A client that connects and sends.
    func connect(sending text: String) -> Peer {
        let peer = Peer(self, network.connect(to: ProxyScenario.front))
        peer.receive()
        peer.write(text)
        return peer
    }

    /// Runs until the condition holds.
    /// - Returns: whether it did, in the virtual time.
    func run(_ time: Duration, until condition: () -> Bool) -> Bool {
        world.run(atMost: time, until: condition)
    }

    /// Nobody is inside any more.
    var isAtRest: Bool {
        let census = proxy.loops[0].worker.census
        return census.clients == 0 && census.exchanges == 0
            && proxy.upstreams[0].load.inFlight == 0
    }
}
