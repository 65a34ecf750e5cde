import Glibc
import PlimsollCore

/// One end of a connection in the hands of a simulated client or upstream: writes are never
/// refused (they queue), and bytes come by callback unless reading is paused.
public final class PeerConnection: SocketOwner {
    public enum Ending: Equatable, Sendable {
        /// The peer ended its stream.
        case end
        /// A reset, a refused connect: the `errno`.
        case failed(Int32)
    }

    /// The connect ended well. Never called on the accepting side.
    public var whenConnected: () -> Void = {}
    public var whenReceived: ([UInt8]) -> Void = { _ in }
    /// The peer's stream is over; called once.
    public var whenEnded: (Ending) -> Void = { _ in }
    /// Everything written so far has left.
    public var whenDrained: () -> Void = {}
    /// Bytes taken from the socket at a time; a slow reader takes few of them, seldom.
    public var readMaximum = 64 * 1024
    /// Nanoseconds between two reads; 0 reads whenever there is something.
    public var readPause: Int64 = 0

    private let socket: SimulatedSocket
    private unowned let network: SimulatedNetwork
    private var outgoing = OutgoingBytes()
    private var wantsEnd = false
    private var isConnected: Bool
    private var hasEnded = false
    private var isReadScheduled = false
    // Keeps the connection alive until it is closed, whoever else holds it.
    private var keeper: PeerConnection?

    init(socket: SimulatedSocket) {
        self.socket = socket
        network = socket.network
        isConnected = socket.state == .connected
        socket.owner = self
        keeper = self
    }

    public var isOpen: Bool { socket.state != .closed }
    public var descriptor: Int32 { socket.descriptor }
    /// Bytes written that have not left yet.
    public var unsentCount: Int { outgoing.count }

    /// Looks for what came before the callbacks were set.
    public func resume() {
        readAll()
    }

    /// Drops what was written and has not left.
    /// - Returns: how many bytes that were.
    public func takeBackUnsent() -> Int {
        defer { outgoing.removeAll() }
        return outgoing.count
    }

    /// Sends bytes as soon as there is room.
    public func write(_ bytes: [UInt8]) {
        guard isOpen else { return }
        require(!wantsEnd, "bytes after the end")
        outgoing.append(bytes)
        flush()
    }

    /// Ends this side's stream once everything written has left.
    public func endSending() {
        guard isOpen, !wantsEnd else { return }
        wantsEnd = true
        flush()
    }

    /// Closes; `reset` drops what has not left yet and tells the peer so.
    public func close(reset: Bool = false) {
        guard isOpen else { return }
        socket.close(reset: reset || !outgoing.isEmpty)
        outgoing.removeAll()
        whenReceived = { _ in }
        whenConnected = {}
        whenEnded = { _ in }
        whenDrained = {}
        keeper = nil
    }

    private func flush() {
        guard isConnected, isOpen else { return }
        while !outgoing.isEmpty {
            let count = outgoing.withUnsafeBytes { socket.write($0) }
            guard count >= 0 else {
                guard count != Int(-EAGAIN) else { return }
                // Reading tells how it ended.
                outgoing.removeAll()
                ended(.failed(Int32(-count)))
                return
            }
            outgoing.removeFirst(count)
        }
        if wantsEnd {
            socket.endSending()
        }
        whenDrained()
    }

    private func readAll() {
        guard !isReadScheduled else { return }
        while isConnected, isOpen, !hasEnded {
            switch socket.read(maximum: readMaximum) {
            case .wouldBlock: return
            case .end: ended(.end)
            case .error(let number): ended(.failed(-number))
            case .bytes(let bytes): whenReceived(bytes)
            }
            if readPause > 0 {
                isReadScheduled = true
                network.schedule(afterNanoseconds: readPause) { [weak self] in
                    self?.isReadScheduled = false
                    self?.readAll()
                }
                return
            }
        }
    }

    private func ended(_ ending: Ending) {
        guard !hasEnded else { return }
        hasEnded = true
        whenEnded(ending)
    }

    // MARK: SocketOwner

    func becameReadable(_ socket: SimulatedSocket) {
        readAll()
    }

    func becameWritable(_ socket: SimulatedSocket) {
        if !outgoing.isEmpty {
            flush()
        }
    }

    func connectEnded(_ socket: SimulatedSocket, _ result: Int32) {
        guard result == 0 else {
            ended(.failed(-result))
            return
        }
        isConnected = true
        whenConnected()
        flush()
        readAll()
    }
}
