import PlimsollCore
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// How long an idle connection that is to go may still bring one request, which is answered
    /// with `Connection: close`. Closing it at once would lose a request already on its way.
    private static var farewellNanoseconds: Int64 { 1_000_000_000 }

    mutating func readMailbox() {
        mailbox.drain(into: &messages)
        for position in 0..<messages.count {
            switch messages[position] {
            case .ticketEnded(let news):
                ticketEnded(news)
            case .adopt(let plan, let sockets, let adoption):
                adopt(plan, sockets)
                adoption.taken()
            case .drain(let endsAt):
                beginDrain(endsAt)
            case .stop:
                isStopping = true
            }
        }
        messages.removeAll(keepingCapacity: true)
    }

    /// Goes on with another configuration. What is under way ends with the one it began with.
    mutating func adopt(_ plan: ProxyPlan, _ sockets: [ListenerSocket]) {
        plans.adopt(plan)
        accessLog.adopt(plan)
        protection.adopt(plan.protection)
        let closing = upstreams.adopt(plan.upstreams, servers: servers, now: now)
        for server in closing {
            closeServer(server)
        }
        // One that is going counts its connections out where it counted them in.
        for position in listeners.indices
        where listeners[position].descriptor >= 0 && !listeners[position].isRetiring {
            let address = listeners[position].plan.shared.address
            if let same = plan.listeners.first(where: { $0.shared.address == address }) {
                listeners[position].plan = same
            } else {
                retireListener(position)
            }
        }
        for socket in sockets where socket.descriptor >= 0 {
            let listener = WorkerListener(
                descriptor: socket.descriptor, plan: plan.listeners[socket.position])
            let vacant = listeners.firstIndex { $0.descriptor < 0 && $0.connections == 0 }
            if let vacant {
                listeners[vacant] = listener
            } else {
                listeners.append(listener)
            }
            startAccepting(vacant ?? listeners.count - 1)
        }
    }

    /// Accepts what the kernel has completed, then closes; its connections are told to go.
    private mutating func retireListener(_ position: Int) {
        guard listeners[position].descriptor >= 0, !listeners[position].isRetiring else { return }
        listeners[position].isRetiring = true
        if listeners[position].isAccepting {
            operations.append(.cancel(acceptToken(position), on: listeners[position].descriptor))
        } else {
            closeListener(position)
        }
        for client in 0..<clients.highWater where clients.isOccupied(client) {
            if Int(clients[client].listener) == position {
                sayFarewell(client)
            }
        }
    }

    /// Takes in the connections that the kernel has completed and closes the socket right after.
    mutating func closeListener(_ position: Int) {
        let held = listeners[position].held
        listeners[position].held.removeAll()
        for descriptor in held {
            // Those that find no place now are told so.
            welcome(descriptor, at: position)
        }
        while !clients.isFull && !isFinishing {
            let descriptor = sockets.acceptNow(listeners[position].descriptor)
            guard descriptor >= 0 else { break }
            welcome(descriptor, at: position)
        }
        sockets.closeNow(listeners[position].descriptor)
        listeners[position].descriptor = -1
    }

    /// Lets a connection go after one more answer that says so. An answer that has begun may have
    /// promised to keep the connection: then it is the next one that says it.
    mutating func sayFarewell(_ client: UInt32) {
        let exchange = clients[client].exchange
        if exchange != .max,
            exchanges[exchange].hasAnswerBegun || exchanges[exchange].phase == .answered
        {
            clients[client].isLeaving = true
            return
        }
        clients[client].closesAfterAnswer = true
        if clients[client].phase == .idle {
            clients[client].phaseAt = min(
                clients[client].phaseAt, now.advanced(byNanoseconds: Self.farewellNanoseconds))
            rearmTimer(ofClient: client)
        }
    }

    /// Accepts no more, lets what is under way end, and drops what is left when time is up.
    private mutating func beginDrain(_ endsAt: Instant) {
        guard !isDraining else { return }
        isDraining = true
        drainEndsAt = endsAt
        let owner = OperationToken(
            kind: TimerKind.drain, handle: Handle(index: 0, generation: 0))
        _ = timers.schedule(owner: owner.rawValue, at: endsAt)
        for position in listeners.indices {
            retireListener(position)
        }
        for server in upstreams.takeAllIdle(from: servers) {
            closeServer(server)
        }
    }

    mutating func drainTimerFired() {
        metrics.count(.drainsCutShort)
        isStopping = true
    }

    /// The last of the loop: what is left is dropped, the kernel is given its descriptors back.
    mutating func finish() {
        isFinishing = true
        for exchange in 0..<exchanges.highWater where exchanges.isOccupied(exchange) {
            breakOff(exchange, .shed(.overloaded))
        }
        for client in 0..<clients.highWater where clients.isOccupied(client) {
            closeClient(client)
        }
        for server in 0..<servers.highWater where servers.isOccupied(server) {
            if servers[server].phase == .idle {
                upstreams.removeIdle(server, from: servers)
            }
            closeServer(server)
        }
        for position in listeners.indices where listeners[position].descriptor >= 0 {
            if listeners[position].isAccepting {
                operations.append(
                    .cancel(acceptToken(position), on: listeners[position].descriptor))
            } else {
                closeListener(position)
            }
        }
        // Cancellations complete within a turn or two; a driver that keeps one back longer must
        // not keep the process.
        for _ in 0..<Self.finishingTurns where holdsDescriptors {
            turn(until: now)
        }
        turn(until: now)
        accessLog.flush(now)
    }

    private static var finishingTurns: Int { 100 }

    private var holdsDescriptors: Bool {
        clients.count + servers.count > 0 || listeners.contains { $0.descriptor >= 0 }
    }
}
