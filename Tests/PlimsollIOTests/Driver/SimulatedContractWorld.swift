import PlimsollCore
import PlimsollIO
import PlimsollSimulation

/// The simulated driver in its network. Virtual time begins with the real one, because the
/// suite's deadlines are real; it runs ahead whenever the driver waits.
final class SimulatedContractWorld: ContractWorld {
    /// What the test's end of a connection has received.
    private final class Far {
        let connection: PeerConnection
        var received: [UInt8] = []
        var hasEnded = false

        init(_ connection: PeerConnection) {
            self.connection = connection
            connection.whenReceived = { [unowned self] in received += $0 }
            connection.whenEnded = { [unowned self] _ in hasEnded = true }
        }
    }

    private static let address = SimulatedAddress(127, 0, 0, 1, port: 1)
    let pool: BufferPool
    let network: SimulatedNetwork
    private let simulated: SimulatedDriver
    private let sockets: SimulatedSockets
    private let listener: Int32
    private var ends: [Int32: Far] = [:]

    init(_ pool: BufferPool, seed: UInt64) {
        self.pool = pool
        network = SimulatedNetwork(seed: seed, startingAt: MonotonicClock.now)
        // The suite counts on bytes that were written together arriving together.
        network.makeLink = { _ in .smooth }
        simulated = SimulatedDriver(
            network: network, buffers: pool, waiting: .untilSomethingHappens)
        simulated.manners.partialReceives = 0
        sockets = SimulatedSockets(network: network)
        listener = network.makeListener(at: Self.address)
    }

    var driver: any Driver { simulated }

    func pair() -> (near: Int32, far: Int32) {
        let connection = network.connect(to: Self.address)
        pass()
        ends[connection.descriptor] = Far(connection)
        return (sockets.acceptNow(listener), connection.descriptor)
    }

    func write(_ far: Int32, _ bytes: [UInt8]) -> Int {
        let connection = ends[far]!.connection
        connection.write(bytes)
        let count = bytes.count - connection.takeBackUnsent()
        pass()
        return count
    }

    func read(_ far: Int32) -> [UInt8]? {
        pass()
        let end = ends[far]!
        guard end.received.isEmpty else {
            defer { end.received = [] }
            return end.received
        }
        return end.hasEnded ? [] : nil
    }

    func endSending(_ far: Int32) {
        ends[far]!.connection.endSending()
        pass()
    }

    func close(_ far: Int32) {
        ends.removeValue(forKey: far)!.connection.close()
        pass()
    }

    /// Long enough for anything to arrive.
    private func pass() {
        network.advance(to: network.now.advanced(byNanoseconds: 1_000_000))
    }
}
