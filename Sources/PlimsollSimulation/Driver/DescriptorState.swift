import PlimsollCore
import PlimsollIO

/// What a ``SimulatedDriver`` knows of one descriptor: the operations that are outstanding on it.
final class DescriptorState {
    let socket: SimulatedSocket
    /// The operation is outstanding until its completion was reported; it is parked while its
    /// token is kept here.
    var accept: OperationToken?
    var connect: OperationToken?
    var receive: OperationToken?
    var send: (token: OperationToken, memory: SentMemory)?
    private(set) var isAccepting = false
    private(set) var isConnecting = false
    private(set) var isReceiving = false
    private(set) var isSending = false

    init(socket: SimulatedSocket) {
        self.socket = socket
    }

    var descriptor: Int32 { socket.descriptor }
    var isBusy: Bool { isAccepting || isConnecting || isReceiving || isSending }

    /// Names what is outstanding, for a trap's message.
    var outstanding: String {
        [
            isAccepting ? "accept" : nil, isConnecting ? "connect" : nil,
            isReceiving ? "receive" : nil, isSending ? "send" : nil,
        ].compactMap { $0 }.joined(separator: " and ")
    }

    func beginAccept(_ token: OperationToken) {
        require(!isAccepting, "a second accept on descriptor \(descriptor)")
        require(
            socket.state == .listening, "an accept on descriptor \(descriptor), no listener")
        isAccepting = true
        accept = token
    }

    func beginConnect(_ token: OperationToken) {
        require(!isConnecting, "a second connect on descriptor \(descriptor)")
        isConnecting = true
        connect = token
    }

    func beginReceive(_ token: OperationToken) {
        require(!isReceiving, "a second receive on descriptor \(descriptor)")
        isReceiving = true
        receive = token
    }

    func beginSend(_ token: OperationToken, _ memory: SentMemory) {
        require(!isSending, "a send on descriptor \(descriptor) while one is outstanding")
        require(memory.count > 0, "an empty send on descriptor \(descriptor)")
        isSending = true
        send = (token, memory)
    }

    func checkMayEndSending() {
        require(!isSending, "the end of descriptor \(descriptor) overtakes a send")
    }

    /// A completion went to the loop.
    func reported(_ kind: Operation.Kind, hasMore: Bool) {
        switch kind {
        case .accept: isAccepting = hasMore
        case .connect: isConnecting = false
        case .receive: isReceiving = false
        case .send: isSending = false
        case .cancel, .endSending, .close, .reset: fatalError("\(kind) never completes")
        }
    }
}
