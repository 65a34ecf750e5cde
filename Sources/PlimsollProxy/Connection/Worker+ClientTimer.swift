import PlimsollCore
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Has the wheel look at a connection when the first of its waits has lasted too long. An
    /// entry that is early enough stays: looking once in vain costs less than moving it with
    /// every request.
    mutating func rearmTimer(ofClient client: UInt32) {
        let due = firstDue(client)
        if clients[client].timer == .none {
            guard due != .distantFuture else { return }
            let owner = OperationToken(kind: TimerKind.client, handle: clients.handle(at: client))
            clients[client].timer = timers.schedule(owner: owner.rawValue, at: coarse(due))
            clients[client].timerAt = due
        } else if due < clients[client].timerAt {
            timers.reschedule(clients[client].timer, at: coarse(due))
            clients[client].timerAt = due
        }
    }

    /// When the wheel looks at what is due then: less than a hundredth of the wait later, so that
    /// thousands of waits that began within seconds end in a few turns and not in one each. What
    /// is due within an eighth of a second is not put off.
    mutating func coarse(_ due: Instant) -> Instant {
        let wait = due.nanoseconds(since: now)
        guard wait >= 1 << 27, due != .distantFuture else { return due }
        // The largest power of two that goes 128 times into the wait.
        let grain = Int64(1) << Int64(63 - wait.leadingZeroBitCount - 7)
        return Instant(nanoseconds: (due.nanoseconds + (grain - 1)) & ~(grain - 1))
    }

    // Mutating, like every verb of the worker: a borrowing call from a mutating one copies the
    // whole worker (900 bytes) first.
    private mutating func firstDue(_ client: UInt32) -> Instant {
        var due = min(
            clients[client].phaseAt, min(clients[client].uploadAt, clients[client].downloadAt))
        let exchange = clients[client].exchange
        if exchange != .max {
            due = min(due, min(exchanges[exchange].waitAt, exchanges[exchange].deadline))
            due = min(due, exchanges[exchange].hedgeAt)
        }
        return due
    }

    mutating func clientTimerFired(_ client: UInt32) {
        clients[client].timer = .none
        clients[client].timerAt = .distantFuture
        guard clients[client].phase != .closing else { return }
        let exchange = clients[client].exchange
        if clients[client].phaseAt <= now {
            phaseTimedOut(client)
        } else if clients[client].downloadAt <= now {
            dropReader(client, .readTimeout)
        } else if exchange == .max {
            rearmTimer(ofClient: client)
        } else if clients[client].uploadAt <= now {
            uploadTimedOut(exchange)
        } else if exchanges[exchange].deadline <= now {
            deadlinePassed(exchange)
        } else if exchanges[exchange].waitAt <= now {
            waitTimedOut(exchange)
        } else if exchanges[exchange].hedgeAt <= now {
            hedgeDue(exchange)
        } else {
            rearmTimer(ofClient: client)
        }
    }

    private mutating func phaseTimedOut(_ client: UInt32) {
        switch clients[client].phase {
        case .idle:
            metrics.count(.idleTimeouts)
            closeClient(client)
        case .receivingHead:
            refuseTimedOutHead(client)
        case .lingering:
            // Not by a reset: what a slow reader has yet to fetch of its answer is the kernel's.
            closeClient(client)
        case .exchanging, .closing:
            preconditionFailure("a phase without a time of its own ran out of it")
        }
    }

    /// The client does not read, or too slowly: what it was owed is dropped with its connection.
    mutating func dropReader(_ client: UInt32, _ fault: ClientFault) {
        let exchange = clients[client].exchange
        guard exchange != .max else {
            clients[client].closesByReset = true
            closeClient(client)
            return
        }
        breakOff(exchange, .client(fault))
    }

    /// The client stopped sending its request's body, or drips it.
    private mutating func uploadTimedOut(_ exchange: UInt32) {
        abandonUpload(exchange, .bodyTimeout)
    }

    /// The route's time is over.
    private mutating func deadlinePassed(_ exchange: UInt32) {
        switch exchanges[exchange].phase {
        case .queued:
            leaveQueue(exchange)
            answer(exchange, .shed(.deadlineUnmeetable))
        case .awaitingAnswer where clients[exchanges[exchange].client].uploadAt != .distantFuture:
            // It is the client that is waited for; the upstream is not to blame.
            abandonUpload(exchange, .bodyTimeout)
        case .connecting, .pausing, .awaitingAnswer:
            exchanges[exchange].answerKeepsServer = false
            endAttempt(exchange, outcomeAtDeadline(exchange))
            answer(exchange, .failed(.responseTimeout))
        case .relaying where exchanges[exchange].waitAt == .distantFuture:
            breakOff(exchange, .client(.readTimeout))
        case .relaying:
            breakOff(exchange, .failed(.responseTimeout))
        case .answered, .tunnelling, .ended:
            exchanges[exchange].deadline = .distantFuture
            rearmTimer(ofClient: exchanges[exchange].client)
        }
    }

    /// The present wait has lasted too long.
    private mutating func waitTimedOut(_ exchange: UInt32) {
        exchanges[exchange].waitAt = .distantFuture
        switch exchanges[exchange].phase {
        case .queued:
            queueTimedOut(exchange)
        case .connecting where exchanges[exchange].hasAttempt:
            attemptFailed(exchange, .connectTimeout)
        case .connecting:
            attempt(exchange)
        case .pausing:
            pauseEnded(exchange)
        case .awaitingAnswer where isContinueAwaited(exchange):
            // An upstream that does not know 100 waits for the body, as the client waits for it.
            endAttempt(exchange, .ignored)
            answer(exchange, .failed(.responseTimeout))
        case .awaitingAnswer:
            attemptFailed(exchange, .responseTimeout)
        case .relaying:
            breakOff(exchange, .failed(.responseTimeout))
        case .tunnelling:
            breakOff(exchange, .none)
        case .answered, .ended:
            rearmTimer(ofClient: exchanges[exchange].client)
        }
    }
}
