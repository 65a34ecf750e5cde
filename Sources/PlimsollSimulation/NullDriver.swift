import Glibc
import PlimsollCore
import PlimsollIO

/// A kernel that costs nothing: every operation completes in the same turn, with canned bytes.
/// What a worker spends on it per request is userland alone.
///
/// A fixed number of clients always have the next request as soon as the last one was answered;
/// the upstream answers as soon as a request was sent to it. A send carries a whole message.
///
/// Unsafe pointers: the canned messages are copied once and live as long as the driver.
public final class NullDriver: Driver, SocketSource {
    static let listener: Int32 = 100
    private static let firstClient: Int32 = 1000
    private static let firstUpstream: Int32 = 100_000

    /// One of a connection's ends that the worker holds.
    private struct Connection {
        /// A message for the worker is there.
        var hasMessage = false
        var isReceiving = false
        var receiveToken = OperationToken(rawValue: 0)
    }

    private final class Wake: LoopWake {
        func wake() {}
    }

    public let name = "null"
    public let wake: any LoopWake = Wake()
    /// Answers that reached a client.
    public private(set) var answeredCount = 0
    /// Answers that were not what the canned one makes of it: the run is void.
    public private(set) var oddCount = 0

    private let buffers: BufferPool
    private let request: UnsafeMutableRawBufferPointer
    private let response: UnsafeMutableRawBufferPointer
    private let clientCount: Int
    private var clients: [Connection]
    private var upstreams: [Connection] = []
    private var freeUpstreams: [Int32] = []
    private var acceptToken: OperationToken?
    private var now: Instant

    /// - Parameters:
    ///   - clients: connections that send requests, at least 1.
    ///   - request: what each of them sends, again and again.
    ///   - response: what the upstream answers to each.
    public init(
        buffers: BufferPool, clients: Int, request: [UInt8], response: [UInt8], now: Instant
    ) {
        self.buffers = buffers
        clientCount = clients
        self.now = now
        self.clients = Array(
            repeating: Connection(hasMessage: true), count: clients)
        self.request = .allocate(byteCount: request.count, alignment: 16)
        self.request.copyBytes(from: request)
        self.response = .allocate(byteCount: response.count, alignment: 16)
        self.response.copyBytes(from: response)
        upstreams.reserveCapacity(clients + 16)
        freeUpstreams.reserveCapacity(clients + 16)
    }

    deinit {
        request.deallocate()
        response.deallocate()
    }

    /// The listening descriptor to hand to the worker.
    public var listenerDescriptor: Int32 { Self.listener }

    public var busyNanoseconds: Int64 { 10_000 }

    public func turn(
        performing operations: inout OperationQueue, until deadline: Instant,
        completions: inout CompletionQueue
    ) -> Instant {
        // Virtual time passes so that timers move; ten microseconds a turn.
        now = now.advanced(byNanoseconds: 10_000)
        for index in 0..<operations.count {
            perform(operations[index], &completions)
        }
        operations.removeAll()
        return now
    }

    private func perform(_ operation: Operation, _ completions: inout CompletionQueue) {
        switch operation.kind {
        case .accept:
            acceptToken = operation.token
            for client in 0..<clientCount {
                completions.append(
                    Completion(
                        token: operation.token, result: Self.firstClient + Int32(client),
                        hasMore: true))
            }
        case .connect:
            completions.append(Completion(token: operation.token, result: 0))
        case .receive:
            receive(operation, &completions)
        case .send:
            let count = operation.firstCount + operation.secondCount
            completions.append(Completion(token: operation.token, result: Int32(count)))
            sent(operation, &completions)
        case .cancel:
            cancel(operation.token, &completions)
        case .endSending:
            break
        case .close, .reset:
            if operation.descriptor >= Self.firstUpstream {
                freeUpstreams.append(operation.descriptor)
            }
        }
    }

    private func receive(_ operation: Operation, _ completions: inout CompletionQueue) {
        if operation.descriptor >= Self.firstUpstream {
            let index = Int(operation.descriptor - Self.firstUpstream)
            receive(operation, &upstreams[index], response, &completions)
        } else {
            let index = Int(operation.descriptor - Self.firstClient)
            receive(operation, &clients[index], request, &completions)
        }
    }

    private func receive(
        _ operation: Operation, _ connection: inout Connection,
        _ message: UnsafeMutableRawBufferPointer, _ completions: inout CompletionQueue
    ) {
        guard connection.hasMessage else {
            connection.isReceiving = true
            connection.receiveToken = operation.token
            return
        }
        connection.hasMessage = false
        deliver(operation.token, message, &completions)
    }

    private func deliver(
        _ token: OperationToken, _ message: UnsafeMutableRawBufferPointer,
        _ completions: inout CompletionQueue
    ) {
        let buffer = buffers.take()
        require(!buffer.isNone, "the null driver's pool is too small")
        buffers.data(buffer).copyMemory(from: message.baseAddress!, byteCount: message.count)
        completions.append(
            Completion(token: token, result: Int32(message.count), buffer: buffer))
    }

    // A message arrived at its receiver, whose answer is there at once.
    private func sent(_ operation: Operation, _ completions: inout CompletionQueue) {
        if operation.descriptor >= Self.firstUpstream {
            let index = Int(operation.descriptor - Self.firstUpstream)
            answer(&upstreams[index], response, &completions)
        } else {
            noteAnswer(operation)
            let index = Int(operation.descriptor - Self.firstClient)
            answer(&clients[index], request, &completions)
        }
    }

    private func answer(
        _ connection: inout Connection, _ message: UnsafeMutableRawBufferPointer,
        _ completions: inout CompletionQueue
    ) {
        guard connection.isReceiving else {
            connection.hasMessage = true
            return
        }
        connection.isReceiving = false
        deliver(connection.receiveToken, message, &completions)
    }

    private func noteAnswer(_ operation: Operation) {
        answeredCount += 1
        // "HTTP/1.1 200": the status is at the same place as in the canned response.
        if memcmp(operation.first!, response.baseAddress!, 12) != 0 {
            oddCount += 1
        }
    }

    private func cancel(_ token: OperationToken, _ completions: inout CompletionQueue) {
        if acceptToken == token {
            acceptToken = nil
            completions.append(Completion(token: token, result: -ECANCELED))
            return
        }
        // Rare: nothing is cancelled while requests flow.
        for index in clients.indices
        where clients[index].isReceiving && clients[index].receiveToken == token {
            clients[index].isReceiving = false
            completions.append(Completion(token: token, result: -ECANCELED))
        }
        for index in upstreams.indices
        where upstreams[index].isReceiving && upstreams[index].receiveToken == token {
            upstreams[index].isReceiving = false
            completions.append(Completion(token: token, result: -ECANCELED))
        }
    }

    // MARK: SocketSource

    public func makeSocket(_ family: SocketFamily) -> Int32 {
        if let free = freeUpstreams.popLast() {
            upstreams[Int(free - Self.firstUpstream)] = Connection()
            return free
        }
        upstreams.append(Connection())
        return Self.firstUpstream + Int32(upstreams.count - 1)
    }

    public func setNoDelay(_ descriptor: Int32) {}

    public func peerAddress(of descriptor: Int32) -> SocketAddress {
        SocketAddress(v4: 0x7F00_0001, port: UInt16(truncatingIfNeeded: descriptor))
    }

    public func acceptNow(_ listener: Int32) -> Int32 { -EAGAIN }

    public func closeNow(_ listener: Int32) {}
}
