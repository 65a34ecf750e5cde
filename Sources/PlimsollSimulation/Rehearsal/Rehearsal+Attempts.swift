import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// Attempts at endpoints; the worker's `Worker+Attempt` is the original.
extension Rehearsal {
    /// Begins an attempt. The request holds a permit.
    func attempt(_ place: UInt32) {
        let request = requests[Int(place)]
        let start = access[Int(request.worker)].begin(
            request.upstream, avoiding: request.attempts > 0 ? request.avoided : nil, now: now)
        switch start {
        case .shed(let reason, let nanoseconds):
            end(place, .shed(reason), retryAfterNanoseconds: nanoseconds)
        case .allBusy:
            seek(place)
        case .began(let attempt):
            requests[Int(place)].phase = .working
            requests[Int(place)].attempt = attempt
            requests[Int(place)].avoided = attempt.endpoint
            requests[Int(place)].attempts += 1
            requests[Int(place)].attemptNumber = requests[Int(place)].attempts
            requests[Int(place)].attemptAt = now
            scheduleHedge(place)
            requests[Int(place)].waitAt = now.advanced(
                byNanoseconds: endpointsOf(request.upstream).responseNanoseconds)
            arm(place)
            reach(place, attempt, number: requests[Int(place)].attemptNumber)
        }
    }

    /// Keeps the permit and looks for a fit endpoint again in a moment.
    private func seek(_ place: UInt32) {
        let request = requests[Int(place)]
        let patience = endpointsOf(request.upstream).queueNanoseconds
        guard now.nanoseconds(since: request.admittedAt) < patience else {
            end(place, .shed(.noEndpoint), retryAfterNanoseconds: 1_000_000_000)
            return
        }
        requests[Int(place)].phase = .seeking
        requests[Int(place)].waitAt = now.advanced(byNanoseconds: Self.repickNanoseconds)
        arm(place)
    }

    /// As the worker waits.
    private static var repickNanoseconds: Int64 { 2_000_000 }

    /// The attempt's request comes to its endpoint.
    func reach(_ place: UInt32, _ attempt: UpstreamAccess.Attempt, number: UInt8) {
        let endpoint = Int(attempt.endpoint.rawValue)
        let job = self.job(of: place, number: number)
        tally.arrived(Int(attempt.upstream.rawValue), at: now)
        let arrival = endpoints[endpoint].model.arrive(
            job, service: kinds[Int(requests[Int(place)].kind)].service, at: now)
        switch arrival {
        case .began(let work):
            calendar.add(.done(endpoint: Int32(endpoint), work), at: work.doneAt)
        case .waits:
            break
        case .answered(let status):
            answer(job, status: status, from: endpoint)
        case .refused:
            answer(job, status: 0, from: endpoint)
        case .reset:
            answer(job, status: 1, from: endpoint)
        }
    }

    private func answer(_ job: UInt64, status: UInt16, from endpoint: Int) {
        calendar.add(
            .answer(job: job, status: status),
            at: now.advanced(byNanoseconds: endpoints[endpoint].networkNanoseconds))
    }

    /// An endpoint has finished a piece of work.
    func workDone(_ endpoint: Int32, _ work: CapacityModel.Work) {
        let place = Int(endpoint)
        if let next = endpoints[place].model.finish(work, at: now) {
            calendar.add(.done(endpoint: endpoint, next), at: next.doneAt)
        }
        let isWanted = isUnderWay(work.job)
        tally.finished(endpoints[place].upstream, isWanted: isWanted, at: now)
        guard isWanted else { return }
        if endpoints[place].networkNanoseconds > 0 {
            answer(work.job, status: work.status, from: place)
        } else {
            answerCame(work.job, status: work.status)
        }
    }

    func answerCame(_ job: UInt64, status: UInt16) {
        guard isUnderWay(job) else { return }
        let place = UInt32(truncatingIfNeeded: job)
        guard winsRace(place, isHedge: isHedge(job), status: status) else { return }
        switch status {
        case 0: attemptFailed(place, .connectRefused)
        case 1: attemptFailed(place, .resetBeforeResponse)
        default:
            let request = requests[Int(place)]
            let outcome = Outcome(
                status: status, nanoseconds: now.nanoseconds(since: request.attemptAt))
            if access[Int(request.worker)].listsForRetry(request.upstream, status: status),
                retries(place, after: .serverError, status: status, outcome)
            {
                return
            }
            endAttempt(place, outcome, status: status, isAbandoned: false)
            end(place, .answered(status: status), retryAfterNanoseconds: 0)
        }
    }

    /// The attempt came to nothing: another one if the rules allow, else an answer in its place.
    func attemptFailed(_ place: UInt32, _ failure: FailureKind) {
        if requests[Int(place)].hedge != nil, failure != .responseTimeout {
            promoteHedge(place, ending: Outcome(failure: failure))
            return
        }
        if retries(place, after: failure, status: nil, Outcome(failure: failure)) { return }
        endAttempt(place, Outcome(failure: failure), isAbandoned: true)
        end(place, .failed(failure), retryAfterNanoseconds: 0)
    }

    private func retries(
        _ place: UInt32, after failure: FailureKind, status: UInt16?, _ outcome: Outcome
    ) -> Bool {
        let request = requests[Int(place)]
        let kind = kinds[Int(request.kind)]
        let failed = FailedAttempt(
            failure: failure, status: status, attempts: Int(request.attempts),
            isIdempotent: kind.isIdempotent, isReplayable: true, hasAnsweredClient: false)
        guard kind.isRetryAllowed else { return false }
        let retry = access[Int(request.worker)].retry(
            request.upstream, after: failed, client: client(of: request.errand),
            deadline: request.deadline, now: now)
        switch retry {
        case .refused:
            return false
        case .now:
            endAttempt(place, outcome, status: status ?? 0, isAbandoned: true)
            tally.retried(Int(request.upstream.rawValue), at: now)
            attempt(place)
        case .after(let nanoseconds):
            endAttempt(place, outcome, status: status ?? 0, isAbandoned: true)
            tally.retried(Int(request.upstream.rawValue), at: now)
            requests[Int(place)].phase = .paused
            requests[Int(place)].admittedAt = .distantFuture
            requests[Int(place)].waitAt = now.advanced(byNanoseconds: nanoseconds)
            arm(place)
            release(request.upstream, worker: request.worker)
        }
        return true
    }

    /// Ends the attempt under way: the control hears how. Without one it does nothing.
    /// - Parameters:
    ///   - status: of the attempt's answer; 0 without one.
    ///   - isAbandoned: its endpoint is not told, and may go on working.
    func endAttempt(
        _ place: UInt32, _ outcome: Outcome, status: UInt16 = 0, isAbandoned: Bool
    ) {
        guard let attempt = requests[Int(place)].attempt else { return }
        dropHedge(place, .ignored)
        requests[Int(place)].hedgeAt = .distantFuture
        if isAbandoned {
            endpoints[Int(attempt.endpoint.rawValue)].model.abandon(
                job(of: place, number: requests[Int(place)].attemptNumber))
        }
        requests[Int(place)].attempt = nil
        requests[Int(place)].waitAt = .distantFuture
        let request = requests[Int(place)]
        access[Int(request.worker)].end(
            attempt, outcome, status: status, hasWaited: request.hasWaited, now: now, ended: &news)
        while newsUpstreams.count < news.count { newsUpstreams.append(request.upstream) }
    }

    // MARK: Jobs

    /// What an endpoint calls an attempt: the request's place, generation and attempt in one.
    func job(of place: UInt32, number: UInt8) -> UInt64 {
        UInt64(place) | UInt64(requests[Int(place)].generation) << 32 | UInt64(number) << 56
    }

    /// Whether anybody still waits for it.
    private func isUnderWay(_ job: UInt64) -> Bool {
        let place = UInt32(truncatingIfNeeded: job)
        let request = requests[Int(place)]
        return isHedge(job)
            || request.attempt != nil
                && self.job(of: place, number: request.attemptNumber) == job
    }

    private func isHedge(_ job: UInt64) -> Bool {
        let place = UInt32(truncatingIfNeeded: job)
        let request = requests[Int(place)]
        return request.hedge != nil && self.job(of: place, number: request.hedgeNumber) == job
    }
}
