import Glibc
import PlimsollCore

/// Who is told that a socket may be tried again. Told too often is fine, told never is not.
protocol SocketOwner: AnyObject {
    /// Bytes, an end, an error or a connection to accept may be there.
    func becameReadable(_ socket: SimulatedSocket)
    /// There may be room to send.
    func becameWritable(_ socket: SimulatedSocket)
    /// The attempt to connect ended: 0, or a negated `errno`.
    func connectEnded(_ socket: SimulatedSocket, _ result: Int32)
}

/// A socket as a kernel would keep it: calls answer at once or say that they would block.
final class SimulatedSocket {
    enum State {
        case fresh
        case connecting
        case connected
        case listening
        /// Its descriptor is gone; what it still had to send may be under way.
        case closed
    }

    enum ReadResult {
        case bytes([UInt8])
        case end
        case wouldBlock
        /// A negated `errno`.
        case error(Int32)
    }

    let descriptor: Int32
    unowned let network: SimulatedNetwork
    weak var owner: (any SocketOwner)?
    var state = State.fresh
    /// The other end. Kept after closing: what is under way must find its receiver.
    var peer: SimulatedSocket?
    var link = LinkSettings()
    var inbound = BytePipe()
    /// Connections that wait for `accept`.
    var backlog: [SimulatedSocket] = []
    /// Where it listens, or where it connected to.
    var address: SimulatedAddress?
    /// The peer's number on the network, for ``SimulatedSockets``.
    var peerPort: UInt16 = 0
    private(set) var hasEndedSending = false
    private var sentCount = 0
    /// An error that the next call reports; zero when there is none.
    private var pendingError: Int32 = 0
    /// A reset arrived: after its error has been reported once, reading finds an end.
    private(set) var wasReset = false

    init(descriptor: Int32, network: SimulatedNetwork) {
        self.descriptor = descriptor
        self.network = network
    }

    /// Whether a read would find bytes, or the end of the stream, now.
    var leavesMore: Bool { inbound.unreadCount > 0 || inbound.hasEnded }

    // MARK: Calls

    /// Up to `maximum` bytes that have arrived.
    func read(maximum: Int) -> ReadResult {
        guard state == .connected else { return .error(-ENOTCONN) }
        if inbound.unreadCount > 0 {
            let count = min(maximum, inbound.unreadCount)
            let bytes = inbound.read(count)
            network.trace.note(network.now, "read", descriptor, count)
            returnWindow(count)
            return .bytes(bytes)
        }
        if pendingError != 0 {
            defer { pendingError = 0 }
            return .error(-pendingError)
        }
        return inbound.hasEnded || wasReset ? .end : .wouldBlock
    }

    /// Sends what there is room for.
    /// - Returns: bytes taken, or a negated `errno`: `EAGAIN`, `ECONNRESET`, `EPIPE`.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard state == .connected, let peer else { return Int(-ENOTCONN) }
        if pendingError != 0 {
            defer { pendingError = 0 }
            return Int(-pendingError)
        }
        guard !wasReset, !hasEndedSending else { return Int(-EPIPE) }
        let room = link.windowBytes - peer.inbound.heldCount
        guard room > 0 else { return Int(-EAGAIN) }
        var count = min(room, bytes.count)
        if count > 1, network.chance.happens(link.partialSends) {
            count = network.chance.within(1...count)
        }
        network.trace.note(network.now, "write", descriptor, count)
        var offset = 0
        while offset < count {
            let piece = link.segmentCount(
                of: count - offset, after: sentCount + offset, with: &network.chance)
            transmit(Array(bytes[offset..<offset + piece]), to: peer)
            offset += piece
        }
        sentCount += count
        return count
    }

    /// Whether a write would not block.
    var isWritable: Bool {
        guard state == .connected, let peer else { return false }
        return wasReset || pendingError != 0 || peer.inbound.heldCount < link.windowBytes
    }

    /// Nothing more will be sent.
    func endSending() {
        guard state == .connected, !hasEndedSending, !wasReset, let peer else { return }
        hasEndedSending = true
        network.trace.note(network.now, "fin", descriptor)
        network.schedule(at: nextArrival(at: peer)) { [unowned network] in
            guard !peer.wasReset else { return }
            peer.inbound.hasEnded = true
            network.trace.note(network.now, "end arrives", peer.descriptor)
            peer.owner?.becameReadable(peer)
        }
    }

    /// Gives the descriptor up. Unread bytes make it a reset, as the kernel does it.
    func close(reset: Bool) {
        require(state != .closed, "descriptor \(descriptor) was closed twice")
        network.trace.note(network.now, "close", descriptor, reset ? 1 : 0)
        for waiting in backlog {
            waiting.close(reset: true)
        }
        backlog = []
        if state == .connected {
            if reset || inbound.unreadCount > 0 {
                sendReset()
            } else {
                endSending()
            }
        }
        state = .closed
        owner = nil
        inbound.discardUnread()
        network.forget(self)
    }

    // MARK: The wire

    private func nextArrival(at receiver: SimulatedSocket) -> Instant {
        let delay = network.chance.within(link.latency)
        let arrival = max(
            network.now.advanced(byNanoseconds: delay),
            receiver.inbound.latestArrival.advanced(byNanoseconds: 1))
        receiver.inbound.latestArrival = arrival
        return arrival
    }

    private func transmit(_ segment: [UInt8], to receiver: SimulatedSocket) {
        receiver.inbound.heldCount += segment.count
        network.schedule(at: nextArrival(at: receiver)) { [unowned network] in
            guard !receiver.wasReset else { return }
            guard receiver.state == .connected else {
                // Nobody will ever read it: the kernel says so.
                receiver.resetArrivesAtPeer()
                return
            }
            receiver.inbound.arrive(segment)
            network.trace.note(network.now, "bytes arrive", receiver.descriptor, segment.count)
            receiver.owner?.becameReadable(receiver)
        }
    }

    // The sender learns of the room that reading made as late as anything else.
    private func returnWindow(_ count: Int) {
        let delay = network.chance.within(link.latency)
        network.schedule(at: network.now.advanced(byNanoseconds: delay)) { [self] in
            inbound.heldCount -= count
            if let peer {
                peer.owner?.becameWritable(peer)
            }
        }
    }

    private func sendReset() {
        guard let peer, !wasReset else { return }
        network.trace.note(network.now, "rst", descriptor)
        // It overtakes what is under way, or comes after it.
        let arrival =
            network.chance.happens(link.resetsLoseBytes)
            ? network.now.advanced(byNanoseconds: network.chance.within(link.latency))
            : nextArrival(at: peer)
        network.schedule(at: arrival) { peer.resetArrived() }
    }

    private func resetArrivesAtPeer() {
        guard let peer else { return }
        let delay = network.chance.within(link.latency)
        network.schedule(at: network.now.advanced(byNanoseconds: delay)) { peer.resetArrived() }
    }

    private func resetArrived() {
        guard state == .connected, !wasReset else { return }
        network.trace.note(network.now, "rst arrives", descriptor)
        wasReset = true
        pendingError = ECONNRESET
        if network.chance.happens(link.resetsLoseBytes) {
            inbound.discardUnread()
        }
        owner?.becameReadable(self)
        owner?.becameWritable(self)
    }

    // MARK: Connecting

    /// Begins to connect; the owner hears how it ended.
    func connect(to target: SimulatedAddress) {
        require(state == .fresh, "descriptor \(descriptor) connects a second time")
        state = .connecting
        address = target
        network.trace.note(network.now, "connect", descriptor)
        let delay = network.chance.within(link.latency)
        network.schedule(at: network.now.advanced(byNanoseconds: delay)) { [self, network] in
            guard state == .connecting else { return }
            network.knock(from: self, at: target)
        }
    }

    /// The owner no longer waits for the connection; it can only close.
    func giveUpConnecting() {
        if state == .connecting {
            state = .fresh
        }
    }

    /// The target's answer is on its way back.
    func answerConnect(_ result: Int32, accepted: SimulatedSocket?) {
        let delay = network.chance.within(link.latency)
        network.schedule(at: network.now.advanced(byNanoseconds: delay)) { [self, network] in
            guard state == .connecting else {
                // Closed meanwhile: the other end finds a reset.
                accepted?.resetArrived()
                return
            }
            network.trace.note(network.now, "connect ends", descriptor, Int(result))
            state = result == 0 ? .connected : .fresh
            owner?.connectEnded(self, result)
        }
    }
}
