import Glibc
import PlimsollCore

/// What a listener does with a connection that knocks.
public enum ConnectVerdict: Sendable {
    case accept
    /// Refused: nobody listens, as far as the client can tell.
    case refuse
    /// No answer, ever.
    case hang
}

/// A network of simulated sockets on one virtual clock, everything on one thread.
///
/// Time passes only when somebody advances it: a ``SimulatedDriver`` that waits, or a
/// ``SimulatedWorld`` that steps. Nothing in here depends on the order of a dictionary, on
/// addresses in memory or on real time, so a seed says everything.
public final class SimulatedNetwork {
    /// Descriptors are numbered from here, far from the process's own.
    public static let firstDescriptor: Int32 = 1000

    public private(set) var now: Instant
    public var chance: Chance
    public var trace = Trace()
    /// How the next connection's link is made; by default every one is drawn anew.
    public var makeLink: (inout Chance) -> LinkSettings = LinkSettings.drawn

    private var events = EventQueue()
    private var sockets: [SimulatedSocket?] = []
    private var listeners: [Listener] = []
    private var nextPort: UInt16 = 40_000

    /// Somebody who is no driver and takes connections.
    private struct Listener {
        var address: SimulatedAddress
        /// A driver's listener; else `decide` and `accepted` answer.
        var socket: SimulatedSocket?
        var decide: () -> ConnectVerdict
        var accepted: (SimulatedSocket) -> Void
    }

    public init(seed: UInt64, startingAt start: Instant = Instant(nanoseconds: 1_000_000_000)) {
        now = start
        chance = Chance(seed: seed)
    }

    // MARK: Time

    /// Something happens at a point in time; in the past means next.
    func schedule(at time: Instant, _ action: @escaping () -> Void) {
        events.add(at: max(time, now), action)
    }

    /// Something happens after a while.
    public func schedule(afterNanoseconds delay: Int64, _ action: @escaping () -> Void) {
        schedule(at: now.advanced(byNanoseconds: delay), action)
    }

    /// When the next thing happens; nil when the world stands still.
    public var nextEventTime: Instant? { events.nextTime }

    /// Lets the next thing happen.
    func runNextEvent() {
        let (time, action) = events.removeFirst()
        now = max(now, time)
        action()
    }

    /// Lets everything happen up to a point in time, and makes it that.
    public func advance(to time: Instant) {
        while let next = events.nextTime, next <= time {
            runNextEvent()
        }
        now = max(now, time)
    }

    // MARK: Sockets

    func makeSocket() -> SimulatedSocket {
        // The lowest free number, as the kernel does it: who confuses an old descriptor with its
        // successor is found out.
        let index = sockets.firstIndex { $0 == nil } ?? sockets.count
        let socket = SimulatedSocket(
            descriptor: Self.firstDescriptor + Int32(index), network: self)
        if index == sockets.count {
            sockets.append(socket)
        } else {
            sockets[index] = socket
        }
        return socket
    }

    func socket(_ descriptor: Int32) -> SimulatedSocket? {
        let index = Int(descriptor - Self.firstDescriptor)
        return sockets.indices.contains(index) ? sockets[index] : nil
    }

    func forget(_ socket: SimulatedSocket) {
        sockets[Int(socket.descriptor - Self.firstDescriptor)] = nil
        listeners.removeAll { $0.socket === socket }
    }

    /// Descriptors in use, on all sides.
    public var openDescriptorCount: Int { sockets.count { $0 != nil } }

    /// A listening descriptor for a driver. Several may share an address: each connection goes to
    /// one of them, as with `SO_REUSEPORT`.
    public func makeListener(at address: SimulatedAddress) -> Int32 {
        let socket = makeSocket()
        socket.state = .listening
        socket.address = address
        listeners.append(
            Listener(
                address: address, socket: socket, decide: { .accept },
                accepted: { [unowned socket] connection in
                    socket.backlog.append(connection)
                    socket.owner?.becameReadable(socket)
                }))
        return socket.descriptor
    }

    /// Takes connections at an address without a driver.
    /// - Parameters:
    ///   - decide: asked when somebody knocks.
    ///   - accepted: gets this end of the connection.
    public func listen(
        at address: SimulatedAddress, decide: @escaping () -> ConnectVerdict,
        accepted: @escaping (PeerConnection) -> Void
    ) {
        listeners.append(
            Listener(
                address: address, socket: nil, decide: decide,
                accepted: { accepted(PeerConnection(socket: $0)) }))
    }

    /// Connects to an address without a driver.
    public func connect(to address: SimulatedAddress) -> PeerConnection {
        let socket = makeSocket()
        let connection = PeerConnection(socket: socket)
        socket.connect(to: address)
        return connection
    }

    /// A connection request arrives at its target.
    func knock(from client: SimulatedSocket, at address: SimulatedAddress) {
        let candidates = listeners.filter { $0.address == address }
        guard !candidates.isEmpty else {
            client.answerConnect(-ECONNREFUSED, accepted: nil)
            return
        }
        let listener = chance.pick(candidates)
        switch listener.decide() {
        case .refuse:
            client.answerConnect(-ECONNREFUSED, accepted: nil)
        case .hang:
            break
        case .accept:
            let server = makeSocket()
            let link = makeLink(&chance)
            server.state = .connected
            server.link = link
            client.link = link
            server.peer = client
            client.peer = server
            server.peerPort = nextPort
            nextPort = nextPort == .max ? 40_000 : nextPort + 1
            trace.note(now, "accepted", server.descriptor)
            client.answerConnect(0, accepted: server)
            listener.accepted(server)
        }
    }
}
