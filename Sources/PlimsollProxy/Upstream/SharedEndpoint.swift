import PlimsollCore
import PlimsollPolicy
import Synchronization

/// What all loops share of one endpoint: whether it is fit for requests, and, when it has a limit
/// of its own, exactly how many it holds. Survives reloads; named by its address.
public final class SharedEndpoint: Sendable {
    public let index: EndpointIndex
    /// As the configuration spells it.
    public let address: String
    let breaker: BreakerBoard
    private let bell: ControlBell
    /// An upstream's only endpoint has no breaker of its own: the upstream's does the work.
    private let usesBreaker = Atomic<Bool>(false)
    /// An operator has said what it does, which an only endpoint's obeys as well.
    private let isHeld = Atomic<Bool>(false)
    private let usesBreakerUnheld = Atomic<Bool>(false)
    private let healthy = Atomic<Bool>(true)
    /// The latest active check failed, whatever the verdict.
    private let unwell = Atomic<Bool>(false)
    /// What became of its attempts.
    let attempts: AttemptCells
    private let silence = Mutex(SilenceListener())
    private let ejectedUntil = Atomic<Int64>(.min)
    /// So few of the upstream's endpoints are fit that all are used.
    private let panics = Atomic<Bool>(false)
    /// From when on it gets its whole share, and how long it takes to get there.
    private let wholeAt = Atomic<Int64>(.min)
    private let slowStartNanoseconds = Atomic<Int64>(0)
    /// Ejections by ``EjectionCause``.
    private let ejections = Mutex([Int](repeating: 0, count: EjectionCause.allCases.count))
    /// What its cells showed at the last comparison with its peers.
    private let compared = Mutex(AttemptCells.Sums())
    private let limit = Atomic<Int>(.max)
    private let inFlight = Atomic<Int>(0)
    /// Whether the outlier detector has failures of it on record, which a success strikes off.
    let hasFailures = Atomic<Bool>(false)

    var hasFailuresOnRecord: Bool { hasFailures.load(ordering: .relaxed) }

    public init(
        index: EndpointIndex, address: String, breaker settings: BreakerSettings, workers: Int,
        seed: UInt64, bell: ControlBell = ControlBell()
    ) {
        self.bell = bell
        self.index = index
        self.address = address
        breaker = BreakerBoard(settings: settings, workers: workers, seed: seed, bell: bell)
        attempts = AttemptCells(workers: workers, bell: bell)
    }

    /// Whether it takes requests: healthy by active checks, not ejected, no open breaker.
    func isFit(at now: Instant) -> Bool {
        isInUse(at: now)
            && (!usesBreaker.load(ordering: .relaxed) || breaker.isPassable(at: now))
    }

    /// Healthy by active checks and not ejected, or used all the same since hardly one is.
    func isInUse(at now: Instant) -> Bool {
        isWell(at: now) || panics.load(ordering: .relaxed)
    }

    /// Healthy by active checks and not ejected.
    func isWell(at now: Instant) -> Bool {
        healthy.load(ordering: .relaxed)
            && now.nanoseconds >= ejectedUntil.load(ordering: .relaxed)
    }

    /// The share of its usual traffic that it is to get, from a tenth on: less than 1 for a while
    /// after it is new or back.
    @inline(__always)
    func weight(at now: Instant) -> Double {
        let missing = wholeAt.load(ordering: .relaxed)
        return now.nanoseconds >= missing ? 1 : growingWeight(missing, at: now)
    }

    private func growingWeight(_ wholeAt: Int64, at now: Instant) -> Double {
        let length = Double(max(1, slowStartNanoseconds.load(ordering: .relaxed)))
        return max(0.1, 1 - Double(wholeAt - now.nanoseconds) / length)
    }

    /// Takes requests without reserve, so that its places count towards the upstream's limit. A
    /// half-open one only takes its few probes.
    func isFullyFit(at now: Instant) -> Bool {
        isInUse(at: now) && (!usesBreaker.load(ordering: .relaxed) || breaker.isClosed)
    }

    /// Whether its own limit leaves a place.
    var hasRoom: Bool { inFlight.load(ordering: .relaxed) < limit.load(ordering: .relaxed) }

    /// Counts an attempt in, if its limit and its breaker allow.
    func enter(at now: Instant) -> BreakerPass? {
        guard isInUse(at: now), takePlace() else { return nil }
        guard usesBreaker.load(ordering: .relaxed) else { return BreakerPass(closedEpoch: 0) }
        switch breaker.pass(at: now) {
        case .pass(let pass):
            return pass
        case .refuse:
            givePlaceBack()
            return nil
        }
    }

    /// Counts it out.
    func leave(
        _ outcome: Outcome, for pass: BreakerPass, worker: WorkerIndex, at now: Instant
    ) {
        givePlaceBack()
        attempts.record(outcome, worker)
        // A probe is settled in any case, even if a reload has taken the breaker out of use.
        if usesBreaker.load(ordering: .relaxed) || pass.isProbe {
            breaker.record(outcome, for: pass, worker: worker, at: now)
        }
    }

    /// Every attempt is counted, limit or none: a limit set by a reload must find the count right.
    private func takePlace() -> Bool {
        var held = inFlight.load(ordering: .relaxed)
        while held < limit.load(ordering: .relaxed) {
            let (exchanged, original) = inFlight.weakCompareExchange(
                expected: held, desired: held + 1, ordering: .relaxed)
            if exchanged { return true }
            held = original
        }
        return false
    }

    private func givePlaceBack() {
        inFlight.subtract(1, ordering: .relaxed)
    }

    /// Nanoseconds until it may be fit again; a second when only a health check can tell.
    func retryAfterNanoseconds(at now: Instant) -> Int64 {
        if !healthy.load(ordering: .relaxed) { return 1_000_000_000 }
        let ejected = ejectedUntil.load(ordering: .relaxed)
        if ejected > now.nanoseconds { return ejected - now.nanoseconds }
        return usesBreaker.load(ordering: .relaxed) ? breaker.retryAfterNanoseconds(at: now) : 0
    }

    /// The verdict of active checks.
    public func setHealthy(_ isHealthy: Bool, at now: Instant) {
        if isHealthy, !healthy.load(ordering: .relaxed) { startSlowly(at: now) }
        healthy.store(isHealthy, ordering: .relaxed)
    }

    /// What one active check found.
    func hear(isWell: Bool, at now: Instant) {
        unwell.store(!isWell, ordering: .relaxed)
        breaker.hear(isWell: isWell, at: now)
    }

    /// Whether the latest active check failed.
    var isUnwell: Bool { unwell.load(ordering: .relaxed) }

    /// Whether it has just stopped answering. For the control loop, at ``nextListen(at:)``.
    func hasFallenSilent(at now: Instant) -> Bool {
        guard attempts.isBusy else { return false }
        return silence.withLock { $0.listen(to: attempts, at: now) }
    }

    /// When to listen next; `distantFuture` without traffic.
    func nextListen(at now: Instant) -> Instant {
        attempts.isBusy ? silence.withLock { max(now, $0.nextAt) } : .distantFuture
    }

    public var isHealthy: Bool { healthy.load(ordering: .relaxed) }

    /// Attempts under way, over all loops.
    public var inFlightNow: Int { inFlight.load(ordering: .relaxed) }

    /// Whether failures of real requests keep it out of use now.
    public func isEjected(at now: Instant) -> Bool {
        now.nanoseconds < ejectedUntil.load(ordering: .relaxed)
    }

    public func breakerSnapshot(at now: Instant) -> BreakerSnapshot? {
        usesBreaker.load(ordering: .relaxed) ? breaker.snapshot(at: now) : nil
    }

    func eject(until: Instant, _ cause: EjectionCause) {
        startSlowly(at: until)
        ejections.withLock { $0[cause.rawValue] += 1 }
        ejectedUntil.store(until.nanoseconds, ordering: .relaxed)
        bell.ring()
    }

    /// When its ejection ends; `distantFuture` when it is not ejected.
    func returns(after now: Instant) -> Instant {
        let until = Instant(nanoseconds: ejectedUntil.load(ordering: .relaxed))
        return until > now ? until : .distantFuture
    }

    /// What an operator says about its breaker.
    func hold(_ hold: BreakerHold, at now: Instant) {
        breaker.hold(hold, at: now)
        isHeld.store(hold != .auto, ordering: .relaxed)
        chooseBreaker()
    }

    private func chooseBreaker() {
        usesBreaker.store(
            usesBreakerUnheld.load(ordering: .relaxed) || isHeld.load(ordering: .relaxed),
            ordering: .relaxed)
    }

    /// How often it was ejected, by ``EjectionCause``.
    var ejectionCounts: [Int] { ejections.withLock { $0 } }

    /// Gets its whole share only after the slow start from then on.
    func startSlowly(at start: Instant) {
        let length = slowStartNanoseconds.load(ordering: .relaxed)
        guard length > 0 else { return }
        wholeAt.store(start.advanced(byNanoseconds: length).nanoseconds, ordering: .relaxed)
    }

    func setPanic(_ isPanic: Bool) {
        panics.store(isPanic, ordering: .relaxed)
    }

    var isPanicking: Bool { panics.load(ordering: .relaxed) }

    /// What it did since the last call, for the comparison with its peers.
    func takeSample(at now: Instant) -> PeerSample {
        let sums = attempts.sums
        let before = compared.withLock { compared in
            defer { compared = sums }
            return compared
        }
        return PeerSample(
            successes: sums.successes - before.successes,
            failures: sums.failures - before.failures,
            latencySum: sums.latencySum - before.latencySum, isInUse: isWell(at: now))
    }

    /// - Parameters:
    ///   - slowStart: for an endpoint that is new or back.
    ///   - perEndpoint: most attempts at once; nil for no limit of its own.
    ///   - isOnly: the upstream has no other endpoint.
    func reconfigure(
        breaker settings: BreakerSettings, slowStart: Duration, perEndpoint: Int?, isOnly: Bool,
        at now: Instant
    ) {
        slowStartNanoseconds.store(slowStart.wholeNanoseconds, ordering: .relaxed)
        breaker.reconfigure(settings, at: now)
        usesBreakerUnheld.store(!isOnly && settings.isEnforced, ordering: .relaxed)
        chooseBreaker()
        limit.store(perEndpoint ?? .max, ordering: .relaxed)
    }
}
