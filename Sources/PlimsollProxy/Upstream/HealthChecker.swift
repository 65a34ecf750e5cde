import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// Asks endpoints how they are, on the control loop and over connections of its own: what it finds
/// is published to the loops as the endpoint's health.
///
/// A check is a fresh connection: one that was kept alive says little about whether the next
/// client gets in. With a path the answer's status decides, without one the connection itself.
struct HealthChecker: ~Copyable {
    /// Checks under way at once; the others wait their turn.
    static var concurrencyMaximum: Int { 64 }
    /// As many endpoints as a configuration's upstreams can have.
    private static var probesMaximum: Int { 1 << 16 }
    /// Of an answer's head; longer ones count as failed.
    private static var headBytesMaximum: Int { 16 * 1024 }

    private let sockets: any SocketSource
    private let pool: BufferPool
    private var probes = Slab<HealthProbe>(capacity: probesMaximum)
    private var byEndpoint: [EndpointIndex: UInt32] = [:]
    private var parser = HeadParser(fieldCountMaximum: 200)
    private let limits = HeadLimits(
        headBytesMaximum: headBytesMaximum, requestLineBytesMaximum: 8_192)
    private var random: RandomSource
    private var underWay = 0
    /// Upstreams of which an endpoint's verdict has changed since ``takeChanged()``.
    private var changed: [SharedUpstream] = []

    init(sockets: any SocketSource, pool: BufferPool, seed: UInt64) {
        self.sockets = sockets
        self.pool = pool
        random = RandomSource(seed: seed)
    }

    /// What the checks have counted, by endpoint.
    var counts: [EndpointIndex: HealthCounts] {
        var counts: [EndpointIndex: HealthCounts] = [:]
        for (endpoint, probe) in byEndpoint {
            counts[endpoint] = probes[probe].counts
        }
        return counts
    }

    /// Upstreams whose limit may have to follow a changed verdict.
    mutating func takeChanged() -> [SharedUpstream] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed
    }

    // MARK: Configuration

    /// Takes a configuration: endpoints that stay keep their verdict, new ones are asked within
    /// their first interval, those that are asked no longer count as healthy.
    /// - Parameter settings: of each upstream that is checked, by its name.
    mutating func adopt(
        _ upstreams: [PlanUpstream], settings: [String: HealthSettings], at now: Instant,
        operations: inout OperationQueue
    ) {
        var stale = byEndpoint
        for upstream in upstreams {
            guard let settings = settings[upstream.shared.name], settings.isEnforced else {
                continue
            }
            for endpoint in upstream.endpoints {
                if let known = stale.removeValue(forKey: endpoint.index) {
                    probes[known].reconfigure(settings)
                    continue
                }
                let schedule = ProbeSchedule(settings: settings)
                let handle = probes.insert(
                    HealthProbe(
                        upstream: upstream.shared, endpoint: endpoint, settings: settings,
                        dueAt: schedule.first(at: now, using: &random), now: now))
                byEndpoint[endpoint.index] = handle.index
            }
        }
        for (endpoint, probe) in stale {
            byEndpoint[endpoint] = nil
            probes[probe].endpoint.setHealthy(true, at: now)
            hear(probe, isWell: true, at: now)
            retire(probe, &operations)
        }
    }

    /// Ends all checks.
    mutating func stop(operations: inout OperationQueue) {
        for probe in byEndpoint.values {
            retire(probe, &operations)
        }
        byEndpoint.removeAll()
    }

    /// Whether nothing is outstanding.
    var isIdle: Bool { underWay == 0 }

    private mutating func retire(_ probe: UInt32, _ operations: inout OperationQueue) {
        probes[probe].isRetired = true
        if case .resting = probes[probe].phase {
            probes.remove(probe)
        } else {
            cancel(probe, &operations)
        }
    }

    // MARK: Time

    /// When ``advance(to:operations:)`` has something to do.
    var nextDeadline: Instant {
        var next = Instant.distantFuture
        let isFull = underWay >= Self.concurrencyMaximum
        for probe in byEndpoint.values {
            // Those that wait for others to end are looked at when one has.
            if case .resting = probes[probe].phase, isFull { continue }
            next = min(next, probes[probe].dueAt)
        }
        return next
    }

    /// Begins checks that are due, and ends those that take too long.
    mutating func advance(to now: Instant, operations: inout OperationQueue) {
        for probe in byEndpoint.values where now >= probes[probe].dueAt {
            switch probes[probe].phase {
            case .resting:
                if underWay < Self.concurrencyMaximum { begin(probe, at: now, &operations) }
            case .connecting, .sending, .receiving:
                conclude(probe, failure: "no answer in time", at: now)
                cancel(probe, &operations)
            case .closing:
                break
            }
        }
    }

    private mutating func begin(
        _ probe: UInt32, at now: Instant, _ operations: inout OperationQueue
    ) {
        probes[probe].makeRequest()
        probes[probe].askedAt = now
        let descriptor = sockets.makeSocket(probes[probe].address.family)
        guard descriptor >= 0 else {
            // Our own want of descriptors says nothing about the endpoint.
            probes[probe].dueAt = probes[probe].schedule.next(after: now, using: &random)
            return
        }
        underWay += 1
        probes[probe].descriptor = descriptor
        probes[probe].phase = .connecting
        probes[probe].requestSent = 0
        probes[probe].input.removeAll(keepingCapacity: true)
        probes[probe].scanned = 0
        probes[probe].dueAt = now.advanced(
            byNanoseconds: probes[probe].settings.timeout.wholeNanoseconds)
        operations.append(
            .connect(
                descriptor, to: probes[probe].address.bytes, count: probes[probe].address.count,
                token(ControlToken.probeConnect, probe)))
    }

    // MARK: Completions

    mutating func connected(
        _ completion: Completion, at now: Instant, operations: inout OperationQueue
    ) {
        let probe = completion.token.handle.index
        guard case .connecting = probes[probe].phase else { return close(probe, &operations) }
        guard completion.result >= 0 else {
            let reason = SystemError("connect", code: -completion.result).reason
            return finish(probe, failure: reason, at: now, &operations)
        }
        guard !probes[probe].request.isEmpty else {
            return finish(probe, failure: nil, at: now, &operations)
        }
        probes[probe].phase = .sending
        send(probe, &operations)
    }

    mutating func sent(
        _ completion: Completion, at now: Instant, operations: inout OperationQueue
    ) {
        let probe = completion.token.handle.index
        guard case .sending = probes[probe].phase else { return close(probe, &operations) }
        guard completion.result > 0 else {
            let reason = SystemError("send", code: -completion.result).reason
            return finish(probe, failure: reason, at: now, &operations)
        }
        probes[probe].requestSent += Int(completion.result)
        guard probes[probe].requestSent == probes[probe].request.count else {
            return send(probe, &operations)
        }
        probes[probe].phase = .receiving
        receive(probe, &operations)
    }

    mutating func received(
        _ completion: Completion, at now: Instant, operations: inout OperationQueue
    ) {
        let probe = completion.token.handle.index
        defer {
            if !completion.buffer.isNone { pool.give(completion.buffer) }
        }
        guard case .receiving = probes[probe].phase else { return close(probe, &operations) }
        guard completion.result > 0 else {
            let reason =
                completion.result == 0
                ? "closed without an answer"
                : SystemError("receive", code: -completion.result).reason
            return finish(probe, failure: reason, at: now, &operations)
        }
        probes[probe].input.append(
            contentsOf: UnsafeRawBufferPointer(
                start: pool.data(completion.buffer), count: Int(completion.result)))
        readAnswer(probe, at: now, &operations)
    }

    private mutating func readAnswer(
        _ probe: UInt32, at now: Instant, _ operations: inout OperationQueue
    ) {
        while true {
            let input = probes[probe].input
            var scanned = probes[probe].scanned
            let parse =
                input.isEmpty
                ? ResponseParse.incomplete
                : parser.parseResponse(input.span, scanned: &scanned, method: .get, limits: limits)
            switch parse {
            case .incomplete:
                probes[probe].scanned = scanned
                return receive(probe, &operations)
            case .refused(let error):
                return finish(probe, failure: "\(error.details)", at: now, &operations)
            case .complete(let head) where head.status < 200:
                probes[probe].input.removeFirst(head.headBytes)
                probes[probe].scanned = 0
            case .complete(let head):
                let isPassing = HealthTracker.isPassing(status: head.status)
                return finish(
                    probe, failure: isPassing ? nil : "status \(head.status)", at: now,
                    &operations)
            }
        }
    }

    // MARK: Verdicts

    /// The answer is there, or there will be none; nothing is outstanding.
    private mutating func finish(
        _ probe: UInt32, failure: String?, at now: Instant, _ operations: inout OperationQueue
    ) {
        conclude(probe, failure: failure, at: now)
        close(probe, &operations)
    }

    /// Counts an answer, and tells the loops if it changes the verdict.
    private mutating func conclude(_ probe: UInt32, failure: String?, at now: Instant) {
        let isUrgent = failure != nil || !probes[probe].tracker.isHealthy
        probes[probe].dueAt = max(
            now,
            probes[probe].schedule.next(
                after: probes[probe].askedAt, isUrgent: isUrgent, using: &random))
        guard !probes[probe].isRetired else { return }
        defer { hear(probe, isWell: failure == nil, at: now) }
        if let failure {
            probes[probe].counts.failed += 1
            probes[probe].counts.lastFailure = failure
        } else {
            probes[probe].counts.passed += 1
        }
        guard probes[probe].tracker.record(isPassing: failure == nil) else { return }
        probes[probe].counts.transitions += 1
        let isHealthy = probes[probe].tracker.isHealthy
        probes[probe].endpoint.setHealthy(isHealthy, at: now)
        changed.append(probes[probe].upstream)
    }

    /// Tells the breakers.
    private func hear(_ probe: UInt32, isWell: Bool, at now: Instant) {
        probes[probe].endpoint.hear(isWell: isWell, at: now)
        probes[probe].upstream.hearChecks(at: now)
    }

    // MARK: Operations

    private func token(_ kind: UInt8, _ probe: UInt32) -> OperationToken {
        OperationToken(kind: kind, handle: probes.handle(at: probe))
    }

    private mutating func send(_ probe: UInt32, _ operations: inout OperationQueue) {
        let start = probes[probe].requestSent
        // The array is not touched while the check is under way, so its storage stays where it is
        // until the send has completed.
        probes[probe].request.withUnsafeBytes { request in
            operations.append(
                .send(
                    probes[probe].descriptor, UnsafeRawBufferPointer(rebasing: request[start...]),
                    token(ControlToken.probeSend, probe)))
        }
    }

    private mutating func receive(_ probe: UInt32, _ operations: inout OperationQueue) {
        operations.append(
            .receive(probes[probe].descriptor, token(ControlToken.probeReceive, probe)))
    }

    /// Cancels what is outstanding; its completion closes the connection.
    private mutating func cancel(_ probe: UInt32, _ operations: inout OperationQueue) {
        let kind: UInt8
        switch probes[probe].phase {
        case .resting, .closing: return
        case .connecting: kind = ControlToken.probeConnect
        case .sending: kind = ControlToken.probeSend
        case .receiving: kind = ControlToken.probeReceive
        }
        probes[probe].phase = .closing
        operations.append(.cancel(token(kind, probe)))
    }

    private mutating func close(_ probe: UInt32, _ operations: inout OperationQueue) {
        operations.append(.close(probes[probe].descriptor))
        probes[probe].descriptor = -1
        probes[probe].phase = .resting
        underWay -= 1
        if probes[probe].isRetired {
            probes.remove(probe)
        }
    }
}
