import Glibc
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// A listener as one loop has it.
struct WorkerListener {
    /// Its listening socket of this loop, or -1 once closed.
    var descriptor: Int32
    var isAccepting = false
    var isPaused = false
    /// No longer in the configuration: accepts what the kernel already completed, then closes.
    var isRetiring = false
    /// Client connections of this loop that it accepted.
    var connections = 0
    /// Came with the batch that filled the house: they wait here for a place, oldest first.
    var held: [Int32] = []
    var plan: PlanListener
}

extension Worker {
    /// How long a listener rests after the kernel had no descriptor or memory for a connection.
    private static var pauseNanoseconds: Int64 { 100_000_000 }
    /// A connection idle for less is probably about to be used.
    private static var evictableIdleNanoseconds: Int64 { 1_000_000_000 }
    /// Connections that wait for a place outside of the kernel's queue. A batch is rarely larger.
    private static var heldMaximum: Int { 256 }
    /// Room made in one pause.
    private static var evictedAtOnce: Int { 64 }

    /// Accepts on a listener unless it already does or has reason not to.
    mutating func startAccepting(_ position: Int) {
        guard !listeners[position].isAccepting, !listeners[position].isPaused,
            listeners[position].descriptor >= 0
        else { return }
        listeners[position].isAccepting = true
        operations.append(.accept(listeners[position].descriptor, acceptToken(position)))
    }

    mutating func accepted(_ position: Int, _ result: Int32, hasMore: Bool) {
        if !hasMore {
            listeners[position].isAccepting = false
        }
        if result >= 0 {
            welcome(result, at: position)
        } else if result != -ECANCELED {
            metrics.countNews(.acceptErrors)
            // Most likely no descriptor is left.
            closeLongIdle()
            pauseAccepting(position)
        }
        guard !listeners[position].isAccepting else { return }
        if listeners[position].isRetiring || isFinishing {
            closeListener(position)
        } else {
            startAccepting(position)
        }
    }

    mutating func welcome(_ descriptor: Int32, at position: Int) {
        guard !isFinishing else {
            operations.append(.reset(descriptor))
            return
        }
        guard !clients.isFull, listeners[position].plan.shared.enter() else {
            hold(descriptor, at: position)
            pauseAccepting(position)
            return
        }
        let address = sockets.peerAddress(of: descriptor)
        let client = clients.insert(
            ClientConnection(
                descriptor: descriptor, listener: UInt16(position), address: address,
                peer: peerFacts(address))
        ).index
        listeners[position].connections += 1
        metrics.count(.connectionsAccepted)
        if clients.count >= Self.crowd { hasCrowd = true }
        enterIdle(client)
        if isDraining || listeners[position].isRetiring {
            sayFarewell(client)
        }
        if clients.isFull || listeners[position].plan.shared.isFull {
            // Further clients wait in the kernel's queue until one leaves: a refused client
            // would only come again at once.
            metrics.countNews(.connectionLimitReached)
            pauseAccepting(position)
        }
    }

    /// Keeps a connection that came with the last batch, after the one that filled the house: it
    /// goes first when there is a place.
    private mutating func hold(_ descriptor: Int32, at position: Int) {
        guard listeners[position].held.count < Self.heldMaximum,
            !listeners[position].isRetiring, !isDraining
        else {
            metrics.count(.connectionsRefused)
            operations.append(.reset(descriptor))
            return
        }
        listeners[position].held.append(descriptor)
    }

    private mutating func peerFacts(_ address: SocketAddress) -> PeerFacts {
        // A local socket's peer has no address; who may open its file is trusted with nothing more.
        guard address.port != 0 else { return PeerFacts(nil, isTrusted: false, isSecure: false) }
        let isTrusted = plans[plans.current]._withUnsafeGuaranteedRef {
            $0.trustedProxies.contains { $0.contains(address) }
        }
        return PeerFacts(address, isTrusted: isTrusted, isSecure: false)
    }

    /// Stops accepting for a moment; the kernel's queue holds who comes meanwhile.
    mutating func pauseAccepting(_ position: Int) {
        guard !listeners[position].isPaused else { return }
        listeners[position].isPaused = true
        if listeners[position].isAccepting {
            operations.append(
                .cancel(acceptToken(position), on: listeners[position].descriptor))
        }
        let owner = OperationToken(
            kind: TimerKind.acceptPause, handle: Handle(index: UInt32(position), generation: 0))
        _ = timers.schedule(
            owner: owner.rawValue, at: now.advanced(byNanoseconds: Self.pauseNanoseconds))
    }

    mutating func resumeAccepting(_ position: Int) {
        listeners[position].isPaused = false
        sockets.refillReserve(besides: servers.count)
        if protection.holdsConnections {
            metrics.count(.acceptsHeldBack)
            pauseAccepting(position)
        } else if clients.isFull || listeners[position].plan.shared.isFull {
            closeLongIdle()
            pauseAccepting(position)
        } else {
            takeQueued(position)
            startAccepting(position)
        }
    }

    /// Takes who waits in the kernel's queue for as long as there is room. An accept would bring
    /// all of them at once, and those beyond the bound would be reset instead of waiting on.
    private mutating func takeQueued(_ position: Int) {
        while !listeners[position].isPaused, !listeners[position].held.isEmpty {
            welcome(listeners[position].held.removeFirst(), at: position)
        }
        while !listeners[position].isPaused, listeners[position].descriptor >= 0 {
            let descriptor = sockets.acceptNow(listeners[position].descriptor)
            // Nobody is left, or an error, which the accept that follows reports.
            guard descriptor >= 0 else { return }
            welcome(descriptor, at: position)
        }
    }

    /// Makes room by closing connections that have been idle the longest.
    private mutating func closeLongIdle() {
        let newest = now.advanced(byNanoseconds: -Self.evictableIdleNanoseconds)
        for _ in 0..<Self.evictedAtOnce {
            let client = idleClients.first
            guard client != .max, clients[client].idleSince < newest else { return }
            metrics.count(.idleConnectionsEvicted)
            closeClient(client)
        }
    }

    mutating func acceptToken(_ position: Int) -> OperationToken {
        OperationToken(
            kind: TokenKind.accept, handle: Handle(index: UInt32(position), generation: 0))
    }
}
