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
        precondition(network.socket(descriptor) != nil, "an unknown descriptor was to send at once")
    }
}
