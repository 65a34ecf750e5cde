import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Begins the exchange of a request whose head is at the beginning of the client's input:
    /// finds its route, and has it answered here, shed, or admitted.
    mutating func begin(_ client: UInt32, _ head: RequestHead) {
        guard !exchanges.isFull else {
            clients[client].closesAfterAnswer = true
            closeClient(client)
            return
        }
        let bytes = clients[client].input.bytes(pool: pool).assumingMemoryBound(to: UInt8.self)
        let slot = plans.enter()
        let requestID = RequestID(
            fields: parser.fields, bytes: bytes.span, isTrusted: clients[client].peer.isTrusted,
            random: &random)
        let exchange = exchanges.insert(
            Exchange(client: client, plan: slot, head: head, startedAt: now, requestID: requestID)
        ).index
        clients[client].exchange = exchange
        if !head.keepsAlive {
            clients[client].closesAfterAnswer = true
        }
        if accessLog.isEnabled {
            noteRequest(exchange, bytes)
        }
        route(exchange, bytes)
    }

    /// Finds the route and does what it says.
    private mutating func route(_ exchange: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) {
        let client = exchanges[exchange].client
        let head = exchanges[exchange].head
        let plan = plans[exchanges[exchange].plan]
        var writer = ByteWriter(scratch)
        let isSecure = ForwardedFields.isSecure(
            clients[client].peer, fields: parser.fields, bytes: bytes.span)
        let ambiguousPaths = listeners[Int(clients[client].listener)].plan.ambiguousPaths
        let match = plan._withUnsafeGuaranteedRef {
            $0.routes.match(
                head, fields: parser.fields, bytes: bytes.span, isSecure: isSecure,
                ambiguousPaths: ambiguousPaths, scratch: &writer)
        }
        switch match {
        case .route(let index, let path):
            exchanges[exchange].route = index
            let path = UnsafeBufferPointer(
                start: scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    .advanced(by: Int(path.start)), count: Int(path.count))
            let route = plan._withUnsafeGuaranteedRef { $0.routes.lend(index) }
            route._withUnsafeGuaranteedRef { follow($0, exchange, bytes, path) }
        case .notFound:
            refuse(exchange, .noRoute)
        case .misdirected:
            refuse(exchange, .misdirected)
        case .ambiguous:
            refuse(exchange, .pathAmbiguous)
        }
    }

    private mutating func follow(
        _ route: Route, _ exchange: UInt32, _ bytes: UnsafeBufferPointer<UInt8>,
        _ path: UnsafeBufferPointer<UInt8>
    ) {
        if case .upstream(let upstream) = route.action {
            exchanges[exchange].upstream = upstream
            exchanges[exchange].priority = route.priority
            if route.classifies {
                classify(exchange, route, bytes.span)
            }
        }
        if protection.isStrained, shedsForStrain(exchange, route) { return }
        if let limiter = route.lentRateLimiter,
            !limiter._withUnsafeGuaranteedRef({ passesRateLimit($0, exchange, bytes) })
        {
            return
        }
        switch route.action {
        case .upstream:
            exchanges[exchange].allowsUpgrade =
                route.allowsWebsocket && exchanges[exchange].head.upgrade == .websocket
            exchanges[exchange].allowsRetry = route.isRetryAllowed
            exchanges[exchange].hasRouteBreaker = route.lentBreaker != nil
            guard meetsDeadline(route, exchange, bytes.span), mayPassRouteBreaker(exchange) else {
                return
            }
            forward(exchange, bytes, path)
        case .respond(let reply):
            consumeHead(exchange)
            answer(exchange, with: reply, route.responseRules)
        case .redirect(let redirection):
            answer(exchange, with: redirection, route.responseRules, bytes, path)
        }
    }

    /// Asks the upstream to let the request in; one that is, or that waits, is serialised.
    private mutating func forward(
        _ exchange: UInt32, _ bytes: UnsafeBufferPointer<UInt8>,
        _ path: UnsafeBufferPointer<UInt8>
    ) {
        if exchanges[exchange].head.maxForwards == 0 {
            // Only OPTIONS counts down: we are who the question is for (RFC 9110, section 7.6.2).
            consumeHead(exchange)
            answer(exchange, with: FixedReply.emptyOK, settings.noRules)
            return
        }
        let client = exchanges[exchange].client
        if case .length(let length) = exchanges[exchange].head.framing,
            length > listeners[Int(clients[client].listener)].plan.bodyBytesMaximum
        {
            refuse(exchange, .bodyTooLong)
            return
        }
        let attemptsBefore = attemptsBefore(client, bytes.span)
        exchanges[exchange].attemptsBefore = attemptsBefore
        let admission = askForPermit(exchange, isRetry: attemptsBefore > 0)
        if case .shed(let reason, let retryAfterNanoseconds) = admission {
            consumeHead(exchange)
            shed(exchange, reason, retryAfterNanoseconds: retryAfterNanoseconds)
            return
        }
        let isWritten = writeRequestHead(exchange, bytes.span, path.span)
        consumeHead(exchange)
        enter(exchange, admission)
        guard isWritten else {
            leaveQueue(exchange)
            outOfBuffers(exchange)
            return
        }
        keepShortBody(exchange)
        if exchanges[exchange].permit != nil {
            attempt(exchange)
        }
    }

    /// Attempts that a trusted peer has made of this request before, by its head.
    private mutating func attemptsBefore(_ client: UInt32, _ bytes: Span<UInt8>) -> UInt8 {
        guard clients[client].peer.isTrusted, parser.fields.contains(.xAttempt) else { return 0 }
        return AttemptField.attemptsBefore(fields: parser.fields, bytes: bytes)
    }

    /// Asks the upstream for a permit, or for a place among those who wait for one.
    /// - Parameter isRetry: it has been tried before, by us or by the client.
    mutating func askForPermit(_ exchange: UInt32, isRetry: Bool) -> Admission {
        let upstream = exchanges[exchange].upstream
        let ticket = Ticket(
            worker: index, exchange: exchanges.handle(at: exchange), enqueuedAt: now,
            priority: exchanges[exchange].priority, isRetry: isRetry,
            tenant: exchanges[exchange].tenant, deadline: exchanges[exchange].deadline)
        let admission = upstreams.admit(upstream, ticket, now: now, ended: &ended)
        if !ended.isEmpty {
            tellEnded(of: upstream)
        }
        return admission
    }

    /// Takes the permit or the ticket that the upstream gave.
    mutating func enter(_ exchange: UInt32, _ admission: Admission) {
        switch admission {
        case .admitted:
            exchanges[exchange].permit = Permit(upstream: exchanges[exchange].upstream)
            exchanges[exchange].admittedAt = now
        case .queued(let ticket):
            exchanges[exchange].phase.handle(.queued)
            wait(exchange, for: ticket)
        case .shed:
            preconditionFailure("a shed request was let in")
        }
    }

    mutating func consumeHead(_ exchange: UInt32) {
        clients[exchanges[exchange].client].input.consume(
            exchanges[exchange].head.headBytes, pool: pool)
    }

    /// A body that is here whole, and short, goes behind the head: one send, and it can be sent
    /// again should the attempt fail.
    private mutating func keepShortBody(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        guard case .length(let length) = exchanges[exchange].head.framing, length > 0,
            length <= Int64(Self.copiedBodyMaximum), Int64(clients[client].input.count) >= length,
            Int(exchanges[exchange].blockCount) + Int(length) <= Self.blockBytes
        else { return }
        let count = Int(length)
        let input = clients[client].input
        (pool.data(exchanges[exchange].block) + Int(exchanges[exchange].blockCount)).copyMemory(
            from: pool.data(input.buffer) + Int(input.start), byteCount: count)
        clients[client].input.consume(count, pool: pool)
        exchanges[exchange].blockCount += Int32(count)
        exchanges[exchange].receivedBytes += length
        exchanges[exchange].isRequestRead = true
    }
}
