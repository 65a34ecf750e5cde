import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// What happens to a request at the proxy, in the order of its life; the worker's files
/// `Worker+Begin`, `Worker+Queue` and `Worker+Settle` are the original.
extension Rehearsal {
    /// A client wants something.
    func begin(kind: Int32) {
        let tenants = kinds[Int(kind)].tenantCount
        var errand = Errand(kind: kind, intendedAt: now)
        errand.tenant = kinds[Int(kind)].tenant
        if tenants > 1 {
            errand.tenant = max(1, errand.tenant &+ UInt32(lots.next(below: tenants)))
        }
        tally.began(kind, at: now)
        guard case .upstream = kinds[Int(kind)].fate else {
            // No upstream, no control: the proxy answers at once, outside of all limits.
            tally.attempted(errand)
            tally.ended(errand, .answered(status: 200), objective: .max, at: now)
            return
        }
        send(errand)
    }

    /// A client sends an attempt.
    func send(_ errand: Errand) {
        let kind = kinds[Int(errand.kind)]
        guard case .upstream(let upstream) = kind.fate else {
            preconditionFailure("what the proxy answers by itself is not sent on")
        }
        tally.attempted(errand)
        let place = takePlace()
        let index = Int(place)
        requests[index].kind = errand.kind
        requests[index].errand = errand
        requests[index].worker = Int32(lots.next(below: access.count))
        requests[index].upstream = upstream
        requests[index].sentAt = now
        requests[index].deadline = now.advanced(byNanoseconds: kind.timeoutNanoseconds)
        requests[index].clientDeadline = now.advanced(
            byNanoseconds: kind.clientTimeoutNanoseconds)
        if let route = kind.route,
            let nanoseconds = access[Int(requests[index].worker)].rateLimitRefusal(
                of: route, client: client(of: errand), now: now)
        {
            end(place, .shed(.rateLimited), retryAfterNanoseconds: nanoseconds)
            return
        }
        enter(place, isRetry: false)
    }

    /// Asks for a permit.
    /// - Parameter isRetry: the proxy has made an attempt before.
    private func enter(_ place: UInt32, isRetry: Bool) {
        let request = requests[Int(place)]
        let ticket = Ticket(
            worker: WorkerIndex(rawValue: UInt16(request.worker)),
            exchange: Handle(index: place, generation: request.generation), enqueuedAt: now,
            priority: kinds[Int(request.kind)].priority, isRetry: isRetry,
            tenant: kinds[Int(request.kind)].hasTenants ? request.errand.tenant : 0,
            deadline: request.deadline)
        var ended: [EndedTicket] = []
        let verdict = access[Int(request.worker)].admit(
            request.upstream, ticket, now: now, ended: &ended)
        tell(ended, of: request.upstream)
        switch verdict {
        case .admitted:
            admitted(place)
        case .queued(let id):
            requests[Int(place)].phase = .queued
            requests[Int(place)].ticket = id
            requests[Int(place)].hasWaited = true
            requests[Int(place)].waitAt = now.advanced(
                byNanoseconds: endpointsOf(request.upstream).queueNanoseconds)
            arm(place)
        case .shed(let reason, let nanoseconds):
            end(place, .shed(reason), retryAfterNanoseconds: nanoseconds)
        }
    }

    /// Who a request is from, to limits and budgets that tell clients apart: each tenant is one
    /// client, and a class without tenants is.
    func client(of errand: Errand) -> UInt64 {
        UInt64(errand.kind) << 32 | UInt64(errand.tenant)
    }

    private func admitted(_ place: UInt32) {
        requests[Int(place)].admittedAt = now
        tally.admitted(requests[Int(place)], at: now)
        attempt(place)
    }

    /// A ticket has left the queue, not by its request's doing.
    func ticketEnded(_ ended: EndedTicket, of upstream: UpstreamIndex) {
        let handle = ended.ticket.exchange
        let request = requests[Int(handle.index)]
        let isWanted = request.generation == handle.generation && request.phase == .queued
        switch ended.end {
        case .granted:
            guard isWanted else {
                release(upstream, worker: Int32(ended.ticket.worker.rawValue))
                return
            }
            requests[Int(handle.index)].ticket = nil
            requests[Int(handle.index)].waitAt = .distantFuture
            admitted(handle.index)
        case .dropped(let reason):
            guard isWanted else { return }
            requests[Int(handle.index)].ticket = nil
            end(
                handle.index, .shed(reason),
                retryAfterNanoseconds: access[Int(request.worker)].drainNanoseconds(
                    of: upstream, now: now))
        }
    }

    // MARK: Time

    /// Has the calendar look at a request when the first of its times is over. An entry that is
    /// early enough stays.
    func arm(_ place: UInt32) {
        let due = requests[Int(place)].firstDue
        guard due < requests[Int(place)].wakeAt else { return }
        requests[Int(place)].wakeAt = due
        calendar.add(
            .wake(Handle(index: place, generation: requests[Int(place)].generation)), at: due)
    }

    func wake(_ handle: Handle) {
        let request = requests[Int(handle.index)]
        guard request.generation == handle.generation, request.phase != .free,
            request.wakeAt <= now
        else { return }
        requests[Int(handle.index)].wakeAt = .distantFuture
        if request.clientDeadline <= now {
            clientLeaves(handle.index)
        } else if request.deadline <= now {
            deadlinePassed(handle.index)
        } else if request.hedgeAt <= now {
            requests[Int(handle.index)].hedgeAt = .distantFuture
            hedgeDue(handle.index)
            arm(handle.index)
        } else if request.waitAt <= now {
            requests[Int(handle.index)].waitAt = .distantFuture
            waitTimedOut(handle.index)
        } else {
            arm(handle.index)
        }
    }

    private func clientLeaves(_ place: UInt32) {
        leaveQueue(place)
        endAttempt(place, .ignored, isAbandoned: true)
        end(place, .timedOut, retryAfterNanoseconds: 0)
    }

    private func deadlinePassed(_ place: UInt32) {
        if requests[Int(place)].phase == .queued {
            leaveQueue(place)
            end(place, .shed(.deadlineUnmeetable), retryAfterNanoseconds: 0)
        } else {
            endAttempt(place, .failure(.responseTimeout), isAbandoned: true)
            end(place, .failed(.responseTimeout), retryAfterNanoseconds: 0)
        }
    }

    private func waitTimedOut(_ place: UInt32) {
        switch requests[Int(place)].phase {
        case .queued:
            guard leaveQueue(place) else {
                // Its turn has come in this very moment.
                arm(place)
                return
            }
            let upstream = requests[Int(place)].upstream
            end(
                place, .shed(.queueTimeout),
                retryAfterNanoseconds: access[Int(requests[Int(place)].worker)].drainNanoseconds(
                    of: upstream, now: now))
        case .seeking: attempt(place)
        case .paused: enter(place, isRetry: true)
        case .working: attemptFailed(place, .responseTimeout)
        case .free: preconditionFailure("a request waited that had ended")
        }
    }

    @discardableResult
    private func leaveQueue(_ place: UInt32) -> Bool {
        guard requests[Int(place)].phase == .queued, let ticket = requests[Int(place)].ticket
        else { return true }
        requests[Int(place)].ticket = nil
        return access[Int(requests[Int(place)].worker)].withdraw(
            requests[Int(place)].upstream, ticket, now: now)
    }

    // MARK: The end

    /// A request is answered, or its client has left: its permit goes back, and the client
    /// decides what it does next.
    func end(_ place: UInt32, _ ending: Ending, retryAfterNanoseconds: Int64) {
        let request = requests[Int(place)]
        require(request.attempt == nil, "a request ended during an attempt")
        requests[Int(place)].phase = .free
        requests[Int(place)].generation = (request.generation &+ 1) & 0xFF_FFFF
        freePlaces.append(place)
        if request.admittedAt != .distantFuture {
            release(request.upstream, worker: request.worker)
        }
        let kind = kinds[Int(request.kind)]
        var errand = request.errand
        if case .shed(let reason) = ending, reason.hasRetryAfter, kind.heedsRetryAfter,
            !errand.hasHeeded
        {
            // On the wire it is whole seconds, rounded up, and at least one.
            let seconds = max(1, (retryAfterNanoseconds + 999_999_999) / 1_000_000_000)
            errand.hasHeeded = true
            tally.told(errand)
            calendar.add(.errand(errand), at: now.advanced(byNanoseconds: seconds * 1_000_000_000))
            return
        }
        guard ending.isRetried, Int(errand.attempt) <= kind.clientRetries else {
            tally.ended(errand, ending, objective: kind.objectiveNanoseconds, at: now)
            return
        }
        errand.attempt += 1
        calendar.add(.errand(errand), at: now.advanced(byNanoseconds: backoff(errand, kind)))
    }

    /// Full jitter over a bound that doubles with each attempt.
    private func backoff(_ errand: Errand, _ kind: TrafficKind) -> Int64 {
        guard kind.backoffNanoseconds > 0 else { return 0 }
        let doublings = min(20, Int(errand.attempt) - 2)
        return Int64(lots.unitInterval() * Double(kind.backoffNanoseconds) * Double(1 << doublings))
    }

    private func takePlace() -> UInt32 {
        if let place = freePlaces.popLast() {
            var fresh = RehearsedRequest()
            fresh.generation = requests[Int(place)].generation
            requests[Int(place)] = fresh
            return place
        }
        requests.append(RehearsedRequest())
        return UInt32(requests.count - 1)
    }
}
