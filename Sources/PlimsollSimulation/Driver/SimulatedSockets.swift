import Glibc
import PlimsollCore
import PlimsollIO

/// Sockets of a simulated network, for a worker that runs on a ``SimulatedDriver``.
public final class SimulatedSockets: SocketSource {
    private let network: SimulatedNetwork
    /// How likely a socket is refused with `EMFILE`.
    public var exhaustion = 0.0

    public init(network: SimulatedNetwork) {
        self.network = network
    }

    public func makeSocket(_ family: SocketFamily) -> Int32 {
        guard !network.chance.happens(exhaustion) else { return -EMFILE }
        return network.makeSocket().descriptor
    }

    public func setNoDelay(_ descriptor: Int32) {
        _ = known(descriptor)
    }

    public func peerAddress(of descriptor: Int32) -> SocketAddress {
        // 10.1.0.0/16, by the port.
        let port = known(descriptor).peerPort
        return SocketAddress(v4: 0x0A01_0000 | UInt32(port), port: port)
    }

    public func acceptNow(_ listener: Int32) -> Int32 {
        let socket = known(listener)
        guard !socket.backlog.isEmpty else { return -EAGAIN }
        return socket.backlog.removeFirst().descriptor
    }

    public func closeNow(_ listener: Int32) {
        let socket = known(listener)
        if let driver = socket.owner as? SimulatedDriver {
            driver.forget(listener)
        }
        socket.close(reset: false)
    }

    private func known(_ descriptor: Int32) -> SimulatedSocket {
        guard let socket = network.socket(descriptor) else {
            fatalError("descriptor \(descriptor) does not exist")
        }
        return socket
    }
}
