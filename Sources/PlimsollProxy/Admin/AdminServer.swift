import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// HTTP/1.1 for operators: health, metrics, status. A part of the control loop, so whatever
/// happens to the data loops, it answers.
///
/// Bounded: so many connections, heads of 8 KiB, a time for everything. Who comes when all places
/// are taken gets that of the connection which has waited longest for a request: monitors that
/// keep connections must not lock an operator out. A descriptor is kept in reserve, so that it can
/// be asked for the reason when there are no more.
struct AdminServer: ~Copyable {
    static var connectionsMaximum: Int { 64 }
    static var headNanoseconds: Int64 { 10_000_000_000 }
    /// For one send to make progress.
    static var sendNanoseconds: Int64 { 10_000_000_000 }
    static var lingerNanoseconds: Int64 { 1_000_000_000 }
    /// Between attempts to accept when there was no descriptor.
    static var acceptPauseNanoseconds: Int64 { 100_000_000 }

    private let listener: FileDescriptor
    private let router: AdminRouter
    private let pool: BufferPool
    // As many again that were told to make room and are just closing.
    private var connections = Slab<AdminConnection>(capacity: 2 * connectionsMaximum)
    /// Of ``connections``, those that were cancelled.
    private var closing = 0
    private var parser = HeadParser(fieldCountMaximum: 100)
    private let limits = HeadLimits(headBytesMaximum: 8_192, requestLineBytesMaximum: 4_096)
    /// Closed to make room for a connection when no other descriptor is left.
    private var reserve: FileDescriptor?
    private var acceptAt: Instant
    private var isAccepting = false

    /// - Parameter listener: a socket that listens; it belongs to the server.
    init(
        listener: consuming FileDescriptor, server: ServerState, pool: BufferPool, now: Instant
    ) {
        reserve = Self.makeReserve(listener)
        self.listener = listener
        router = AdminRouter(server: server)
        self.pool = pool
        acceptAt = now
    }

    /// When ``advance(to:operations:)`` has something to do.
    var nextDeadline: Instant {
        var next = isAccepting ? Instant.distantFuture : acceptAt
        for index in 0..<connections.highWater where connections.isOccupied(index) {
            next = min(next, connections[index].deadline)
        }
        return next
    }

    /// Does what is due by time.
    mutating func advance(to now: Instant, operations: inout OperationQueue) {
        if !isAccepting && now >= acceptAt {
            isAccepting = true
            operations.append(.accept(listener.rawValue, Self.acceptToken))
        }
        for index in 0..<connections.highWater where connections.isOccupied(index) {
            if now >= connections[index].deadline {
                cancel(index, &operations)
            }
        }
    }

    /// Ends: nothing new, and what is there closes as its operations complete.
    mutating func stop(operations: inout OperationQueue) {
        acceptAt = .distantFuture
        if isAccepting {
            operations.append(.cancel(Self.acceptToken))
        }
        for index in 0..<connections.highWater where connections.isOccupied(index) {
            cancel(index, &operations)
        }
    }

    /// Whether nothing is outstanding.
    var isIdle: Bool { !isAccepting && connections.count == 0 }

    // MARK: Completions

    mutating func accepted(
        _ completion: Completion, at now: Instant, operations: inout OperationQueue
    ) {
        if !completion.hasMore {
            isAccepting = false
            acceptAt = max(acceptAt, now)
        }
        guard completion.result >= 0 else {
            // EMFILE and ENFILE, most likely: the reserve goes, so that the next one gets in.
            if reserve != nil {
                reserve = nil
            } else {
                acceptAt = now.advanced(byNanoseconds: Self.acceptPauseNanoseconds)
            }
            return
        }
        if connections.count - closing >= Self.connectionsMaximum, let oldest = longestWaiting {
            cancel(oldest, &operations)
        }
        guard !connections.isFull, connections.count - closing < Self.connectionsMaximum else {
            operations.append(.close(completion.result))
            return
        }
        let handle = connections.insert(
            AdminConnection(
                descriptor: completion.result,
                deadline: now.advanced(byNanoseconds: Self.headNanoseconds)))
        receive(handle.index, &operations)
    }

    mutating func received(
        _ completion: Completion, health: [EndpointIndex: HealthCounts], at now: Instant,
        operations: inout OperationQueue
    ) {
        let index = completion.token.handle.index
        defer {
            if !completion.buffer.isNone { pool.give(completion.buffer) }
        }
        guard completion.result > 0 else { return close(index, &operations) }
        switch connections[index].phase {
        case .reading:
            let bytes = UnsafeRawBufferPointer(
                start: pool.data(completion.buffer), count: Int(completion.result))
            connections[index].input.append(contentsOf: bytes)
            readRequest(index, health, at: now, &operations)
        case .lingering:
            receive(index, &operations)
        case .closing:
            close(index, &operations)
        case .answering:
            preconditionFailure("an admin connection received while it answered")
        }
    }

    mutating func sent(
        _ completion: Completion, health: [EndpointIndex: HealthCounts], at now: Instant,
        operations: inout OperationQueue
    ) {
        let index = completion.token.handle.index
        guard completion.result > 0, case .answering = connections[index].phase else {
            return close(index, &operations)
        }
        connections[index].answer?.advance(by: Int(completion.result))
        guard connections[index].answer?.isSent == true else {
            return send(index, at: now, &operations)
        }
        let keepsAlive = connections[index].answer?.keepsAlive == true
        connections[index].answer = nil
        if keepsAlive {
            connections[index].phase = .reading
            connections[index].deadline = now.advanced(byNanoseconds: Self.headNanoseconds)
            readRequest(index, health, at: now, &operations)
        } else {
            connections[index].phase = .lingering
            connections[index].deadline = now.advanced(byNanoseconds: Self.lingerNanoseconds)
            operations.append(.endSending(connections[index].descriptor))
            receive(index, &operations)
        }
    }

    /// The connection that has waited for a request, or for the rest of one, the longest.
    private var longestWaiting: UInt32? {
        var found: UInt32?
        for index in 0..<connections.highWater where connections.isOccupied(index) {
            guard case .reading = connections[index].phase else { continue }
            // All of them have the same time, so the first to run out of it came first.
            if let best = found, connections[best].deadline <= connections[index].deadline {
                continue
            }
            found = index
        }
        return found
    }

    // MARK: Requests

    private mutating func readRequest(
        _ index: UInt32, _ health: [EndpointIndex: HealthCounts], at now: Instant,
        _ operations: inout OperationQueue
    ) {
        let input = connections[index].input
        var scanned = connections[index].scanned
        let parse =
            input.isEmpty
            ? RequestParse.incomplete
            : parser.parseRequest(input.span, scanned: &scanned, limits: limits)
        switch parse {
        case .incomplete:
            connections[index].scanned = scanned
            receive(index, &operations)
        case .refused(let error):
            connections[index].answer = AdminRouter.refusal(error)
            beginAnswer(index, at: now, &operations)
        case .complete(let head):
            let path = String(decoding: input[head.path.indices], as: UTF8.self)
            // A body is not read: the connection ends with the answer.
            let keepsAlive = head.keepsAlive && head.framing == .none
            if head.method == .post, path.hasPrefix(ControlRequest.pathPrefix) {
                connections[index].answer = router.answer(
                    control(head, path: path, input), keepsAlive: keepsAlive, at: now)
            } else {
                connections[index].answer = router.answer(
                    method: head.method, path: path,
                    query: String(decoding: input[head.query.indices], as: UTF8.self),
                    wantsOpenMetrics: acceptsOpenMetrics(input.span), keepsAlive: keepsAlive,
                    health: health, at: now)
            }
            connections[index].input.removeFirst(head.headBytes)
            connections[index].scanned = 0
            beginAnswer(index, at: now, &operations)
        }
    }

    /// The request that was just parsed, as far as it is about changing something.
    private func control(_ head: RequestHead, path: String, _ bytes: [UInt8]) -> ControlRequest {
        func has(_ name: StaticString) -> Bool {
            (0..<parser.fields.count).contains { place in
                ASCII.equalsIgnoringCase(
                    bytes.span.extracting(parser.fields[place].nameRange.indices), lowerCase: name)
            }
        }
        let query = String(decoding: bytes[head.query.indices], as: UTF8.self)
        return ControlRequest(
            path: path, query: String(query.dropFirst()), isMarked: has(ControlRequest.fieldName),
            hasOrigin: has("origin"),
            host: String(decoding: bytes[head.authority.indices], as: UTF8.self))
    }

    /// Whether the request that was just parsed names OpenMetrics in Accept. Weights are not
    /// compared: who names it can read it.
    private func acceptsOpenMetrics(_ bytes: Span<UInt8>) -> Bool {
        guard let field = parser.fields.first(.accept) else { return false }
        let value = bytes.extracting(parser.fields[field].valueRange.indices)
        let text = String(
            decoding: (0..<value.count).map { ASCII.lowered(value[$0]) }, as: UTF8.self)
        return text.split(separator: ",").contains { media in
            media.split(separator: ";").first.map {
                $0.filter { $0 != " " } == "application/openmetrics-text"
            } ?? false
        }
    }

    private mutating func beginAnswer(
        _ index: UInt32, at now: Instant, _ operations: inout OperationQueue
    ) {
        connections[index].phase = .answering
        send(index, at: now, &operations)
    }

    private mutating func send(
        _ index: UInt32, at now: Instant, _ operations: inout OperationQueue
    ) {
        guard let rest = connections[index].answer?.rest else {
            preconditionFailure("an admin connection answers without an answer")
        }
        connections[index].deadline = now.advanced(byNanoseconds: Self.sendNanoseconds)
        operations.append(
            .send(connections[index].descriptor, rest, token(ControlToken.adminSend, index)))
    }

    // MARK: Operations

    private static var acceptToken: OperationToken {
        OperationToken(kind: ControlToken.adminAccept, handle: Handle(index: 0, generation: 0))
    }

    private func token(_ kind: UInt8, _ index: UInt32) -> OperationToken {
        OperationToken(kind: kind, handle: connections.handle(at: index))
    }

    private mutating func receive(_ index: UInt32, _ operations: inout OperationQueue) {
        operations.append(
            .receive(connections[index].descriptor, token(ControlToken.adminReceive, index)))
    }

    /// Time is up: what is outstanding is cancelled, and its completion closes the connection.
    private mutating func cancel(_ index: UInt32, _ operations: inout OperationQueue) {
        let kind: UInt8
        if case .answering = connections[index].phase {
            kind = ControlToken.adminSend
        } else {
            kind = ControlToken.adminReceive
        }
        if case .closing = connections[index].phase { return }
        connections[index].phase = .closing
        connections[index].deadline = .distantFuture
        closing += 1
        operations.append(.cancel(token(kind, index)))
    }

    private mutating func close(_ index: UInt32, _ operations: inout OperationQueue) {
        operations.append(.close(connections[index].descriptor))
        if case .closing = connections[index].phase { closing -= 1 }
        connections.remove(index)
        if reserve == nil {
            reserve = Self.makeReserve(listener)
        }
    }

    // Without one the server works as well, until there are no descriptors.
    private static func makeReserve(_ listener: borrowing FileDescriptor) -> FileDescriptor? {
        try? listener.duplicate()
    }
}
