import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// Attempts beside attempts; the worker's `Worker+Hedge` is the original.
extension Rehearsal {
    /// Notes when a hedge would follow the attempt that has just begun.
    func scheduleHedge(_ place: UInt32) {
        let request = requests[Int(place)]
        let kind = kinds[Int(request.kind)]
        let delay = access[Int(request.worker)].hedgeNanoseconds(of: request.upstream)
        guard delay != .max, !request.hasHedged, kind.isRetryAllowed, kind.isIdempotent else {
            return
        }
        requests[Int(place)].hedgeAt = now.advanced(byNanoseconds: delay)
    }

    /// The attempt has waited for its answer for long.
    func hedgeDue(_ place: UInt32) {
        let request = requests[Int(place)]
        guard let attempt = request.attempt, request.phase == .working else { return }
        let hedge = access[Int(request.worker)].hedge(
            attempt, attempts: request.attempts, client: client(of: request.errand), now: now,
            ended: &news)
        while newsUpstreams.count < news.count { newsUpstreams.append(request.upstream) }
        guard let hedge else { return }
        requests[Int(place)].hedge = hedge
        requests[Int(place)].hasHedged = true
        requests[Int(place)].attempts += 1
        requests[Int(place)].hedgeNumber = requests[Int(place)].attempts
        requests[Int(place)].hedgedAt = now
        tally.retried(Int(request.upstream.rawValue), at: now)
        reach(place, hedge, number: requests[Int(place)].hedgeNumber)
    }

    /// Something came from one of two attempts. The other one is broken off; but if it tells of a
    /// failure that is worth another attempt, it is the other one that goes on.
    /// - Parameter status: 0 and 1 for connections that failed.
    /// - Returns: whether the attempt that it came from goes on, as the request's only one.
    func winsRace(_ place: UInt32, isHedge: Bool, status: UInt16) -> Bool {
        let request = requests[Int(place)]
        guard let attempt = request.attempt, request.hedge != nil else { return true }
        let access = access[Int(request.worker)]
        if status <= 1 {
            let outcome = Outcome(failure: status == 0 ? .connectRefused : .resetBeforeResponse)
            guard isHedge else { return true }
            dropHedge(place, outcome)
            return false
        }
        if access.listsForRetry(request.upstream, status: status) {
            let startedAt = isHedge ? request.hedgedAt : request.attemptAt
            let outcome = Outcome(status: status, nanoseconds: now.nanoseconds(since: startedAt))
            if isHedge {
                dropHedge(place, outcome)
            } else {
                promoteHedge(place, ending: outcome)
            }
            return false
        }
        if isHedge {
            let outcome = access.outrun(
                attempt, nanoseconds: now.nanoseconds(since: request.attemptAt), now: now)
            promoteHedge(place, ending: outcome)
        } else {
            dropHedge(place, .ignored)
        }
        return true
    }

    /// The hedge becomes the request's attempt; the first one ends.
    func promoteHedge(_ place: UInt32, ending outcome: Outcome) {
        let request = requests[Int(place)]
        guard let hedge = request.hedge else { return }
        forgetHedge(place)
        endAttempt(place, outcome, isAbandoned: true)
        requests[Int(place)].attempt = hedge
        requests[Int(place)].attemptNumber = request.hedgeNumber
        requests[Int(place)].avoided = hedge.endpoint
        requests[Int(place)].attemptAt = request.hedgedAt
        requests[Int(place)].waitAt = now.advanced(
            byNanoseconds: endpointsOf(request.upstream).responseNanoseconds)
        arm(place)
    }

    /// Breaks the hedge off, if there is one.
    func dropHedge(_ place: UInt32, _ outcome: Outcome) {
        let request = requests[Int(place)]
        guard let hedge = request.hedge else { return }
        endpoints[Int(hedge.endpoint.rawValue)].model.abandon(
            job(of: place, number: request.hedgeNumber))
        forgetHedge(place)
        access[Int(request.worker)].endHedge(hedge, outcome, now: now)
    }

    private func forgetHedge(_ place: UInt32) {
        requests[Int(place)].hedge = nil
        release(requests[Int(place)].upstream, worker: requests[Int(place)].worker)
    }
}
