import PlimsollCore

/// Closed it passes everything, open it refuses everything, half-open it lets a few probes through
/// and decides by them.
///
/// - It opens when news is bad: after a failure that completes a ratio or a row, or after a slow
///   success that completes the slow ratio. A quick success never opens it, not even by lifting
///   the window over its volume floor; so quick successes may be counted elsewhere and folded in
///   just before the next bad news, with ``record(successes:at:)``.
/// - Half-open, probes in flight and probes that succeeded never add up to more than `probes`. All
///   must succeed, quickly if `slowCall` is set; the first that does not opens it again. A probe
///   that is never settled counts as failed after `probeTimeout`, so half-open cannot stick.
/// - Each opening without a stable closed period before it lasts twice as long (``Backoff``).
///   Stable means: closed as long as the window, and as long as the last opening.
/// - An outcome counts only in the state its request was admitted in: news from before an opening
///   moves nothing after it.
///
/// Loops that share a breaker bring slightly different readings of `now`; one that lies in the
/// past is harmless.
public struct CircuitBreaker: Sendable {
    private enum Phase {
        case closed(since: Instant, consecutiveFailures: Int)
        case open(until: Instant)
        case halfOpen(ProbeTable)
    }

    public private(set) var settings: BreakerSettings
    private var limits: BreakerLimits
    private var phase: Phase = .closed(since: Instant(nanoseconds: 0), consecutiveFailures: 0)
    private var window: OutcomeWindow
    /// The state's number: it grows by one with each change, and no call changes state twice. A
    /// wrapper compares it before and after a call to see a transition.
    public private(set) var epoch: UInt32 = 0
    /// Why it opened last; nil: it never did.
    public private(set) var lastTrip: TripReason?
    /// Openings in a row without a stable closed period between them.
    private var openings = 0
    private var lastOpeningNanoseconds: Int64 = 0

    public init(settings: BreakerSettings) {
        self.settings = settings
        limits = BreakerLimits(settings)
        window = OutcomeWindow(nanoseconds: limits.windowNanoseconds)
    }

    // MARK: A request's life

    /// May this request go? A `pass` must be given back with ``record(_:for:at:using:)``.
    public mutating func admit(
        at now: Instant, using random: inout RandomSource
    ) -> BreakerVerdict {
        giveUpOnLostProbes(at: now, using: &random)
        switch phase {
        case .closed:
            return .pass(BreakerPass(closedEpoch: epoch))
        case .open(let until):
            guard now >= until else {
                return .refuse(retryAfterNanoseconds: until.nanoseconds(since: now))
            }
            var probes = ProbeTable()
            epoch &+= 1
            let place = probes.admit(at: now)
            phase = .halfOpen(probes)
            return .pass(BreakerPass(epoch: epoch, probe: place))
        case .halfOpen(var probes):
            guard probes.inFlight + probes.succeeded < settings.probes else {
                return .refuse(retryAfterNanoseconds: Self.probingNanoseconds)
            }
            let place = probes.admit(at: now)
            phase = .halfOpen(probes)
            return .pass(BreakerPass(epoch: epoch, probe: place))
        }
    }

    /// How the request with this pass ended.
    public mutating func record(
        _ outcome: Outcome, for pass: BreakerPass, at now: Instant,
        using random: inout RandomSource
    ) {
        giveUpOnLostProbes(at: now, using: &random)
        // A request admitted in an earlier state has only now finished. Its news is older than
        // the decisions taken since.
        guard settings.isEnforced && pass.epoch == epoch else { return }
        switch phase {
        case .closed(let since, let consecutiveFailures):
            recordClosed(
                outcome, since: since, consecutiveFailures: consecutiveFailures, at: now,
                using: &random)
        case .halfOpen(var probes):
            probes.settle(pass.probe)
            phase = .halfOpen(probes)
            switch outcome {
            case .success(let nanoseconds) where limits.isSlow(nanoseconds):
                open(.probeSlow, at: now, using: &random)
            case .success:
                probes.succeeded += 1
                phase = .halfOpen(probes)
                closeIfProven(at: now)
            case .failure(let kind):
                open(.probeFailed(kind), at: now, using: &random)
            case .ignored:
                break
            }
        case .open:
            preconditionFailure("an open breaker let a request through")
        }
    }

    /// Quick successes of requests that passed the closed breaker, counted elsewhere. Unless it is
    /// closed they are old news.
    public mutating func record(successes: Int, at now: Instant) {
        precondition(successes >= 0, "successes are counted from zero")
        guard settings.isEnforced, successes > 0, case .closed(let since, _) = phase else { return }
        window.record(successes: successes, slow: 0, failures: 0, at: now)
        phase = .closed(since: since, consecutiveFailures: 0)
    }

    /// Gives up on probes that were never settled. Arrivals do the same; this is for the times
    /// without any.
    public mutating func advance(to now: Instant, using random: inout RandomSource) {
        giveUpOnLostProbes(at: now, using: &random)
    }

    /// When ``advance(to:using:)`` has something to do if nothing else happens before;
    /// `distantFuture` when no probe is out.
    public var nextAdvance: Instant {
        guard case .halfOpen(let probes) = phase, let oldest = probes.oldest else {
            return .distantFuture
        }
        return oldest.advanced(byNanoseconds: limits.probeTimeoutNanoseconds)
    }

    /// Whether an outcome must be told one by one: failures, slow successes, and every outcome of
    /// a probe. Others may go through ``record(successes:at:)``.
    public func isWorthTelling(_ outcome: Outcome, for pass: BreakerPass) -> Bool {
        switch outcome {
        case .failure: true
        case .success(let nanoseconds): pass.isProbe || limits.isSlow(nanoseconds)
        case .ignored: pass.isProbe
        }
    }

    // MARK: What it is doing

    public var state: BreakerState {
        switch phase {
        case .closed: .closed
        case .open(let until): .open(until: until)
        case .halfOpen(let probes):
            .halfOpen(probesInFlight: probes.inFlight, probesSucceeded: probes.succeeded)
        }
    }

    /// The state in one word, to be published after each call that may have changed it.
    public var word: BreakerWord {
        switch phase {
        case .closed: return BreakerWord(.closed(epoch: epoch))
        case .open(let until): return BreakerWord(.open(until: until))
        case .halfOpen(let probes):
            guard probes.inFlight + probes.succeeded >= settings.probes, let oldest = probes.oldest
            else { return BreakerWord(.halfOpen) }
            return BreakerWord(
                .halfOpenFull(
                    until: oldest.advanced(byNanoseconds: limits.probeTimeoutNanoseconds)))
        }
    }

    /// When a refused request should come back, in nanoseconds; 0: it may come at once.
    public func retryAfterNanoseconds(at now: Instant) -> Int64 {
        switch phase {
        case .closed: 0
        case .open(let until): max(0, until.nanoseconds(since: now))
        case .halfOpen: Self.probingNanoseconds
        }
    }

    /// Probes decide within a second or so, and a second is the grain of Retry-After.
    public static let probingNanoseconds: Int64 = 1_000_000_000

    public mutating func snapshot(at now: Instant) -> BreakerSnapshot {
        window.advance(to: now)
        var failuresInARow = 0
        if case .closed(_, let consecutiveFailures) = phase { failuresInARow = consecutiveFailures }
        return BreakerSnapshot(
            state: state, epoch: epoch, requests: window.counts.requests,
            failures: window.counts.failures, slow: window.counts.slow,
            consecutiveFailures: failuresInARow, lastTrip: lastTrip, openings: openings)
    }

    /// Takes new settings and keeps the state; an opening ends when it was going to end. Switched
    /// off, it closes.
    public mutating func reconfigure(_ new: BreakerSettings, at now: Instant) {
        if new.window != settings.window {
            window = OutcomeWindow(nanoseconds: new.window.wholeNanoseconds)
        }
        settings = new
        limits = BreakerLimits(new)
        if !new.isEnforced, !isClosed { close(at: now) }
        // With fewer probes than before, those that came back may be enough already.
        closeIfProven(at: now)
    }
}

// MARK: - Changes of state

extension CircuitBreaker {
    private var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    private mutating func recordClosed(
        _ outcome: Outcome, since: Instant, consecutiveFailures: Int, at now: Instant,
        using random: inout RandomSource
    ) {
        switch outcome {
        case .ignored:
            return
        case .success(let nanoseconds):
            let isSlow = limits.isSlow(nanoseconds)
            window.record(successes: 1, slow: isSlow ? 1 : 0, failures: 0, at: now)
            phase = .closed(since: since, consecutiveFailures: 0)
            if isSlow, let reason = limits.slowTrip(window.counts) {
                open(reason, at: now, using: &random)
            }
        case .failure:
            window.record(successes: 0, slow: 0, failures: 1, at: now)
            phase = .closed(since: since, consecutiveFailures: consecutiveFailures + 1)
            if let reason = limits.failureTrip(
                window.counts, consecutiveFailures: consecutiveFailures + 1)
            {
                open(reason, at: now, using: &random)
            }
        }
    }

    private mutating func giveUpOnLostProbes(at now: Instant, using random: inout RandomSource) {
        guard case .halfOpen(let probes) = phase, let oldest = probes.oldest else { return }
        if now.nanoseconds(since: oldest) >= limits.probeTimeoutNanoseconds {
            open(.probeTimedOut, at: now, using: &random)
        }
    }

    private mutating func open(
        _ reason: TripReason, at now: Instant, using random: inout RandomSource
    ) {
        if case .closed(let since, _) = phase {
            let stableNanoseconds = max(limits.windowNanoseconds, lastOpeningNanoseconds)
            if now.nanoseconds(since: since) >= stableNanoseconds { openings = 0 }
        }
        lastOpeningNanoseconds = limits.backoff.wait(relapses: openings, using: &random)
        openings += 1
        lastTrip = reason
        window.clear()
        epoch &+= 1
        phase = .open(until: now.advanced(byNanoseconds: lastOpeningNanoseconds))
    }

    private mutating func closeIfProven(at now: Instant) {
        if case .halfOpen(let probes) = phase, probes.succeeded >= settings.probes {
            close(at: now)
        }
    }

    private mutating func close(at now: Instant) {
        window.clear()
        epoch &+= 1
        phase = .closed(since: now, consecutiveFailures: 0)
    }
}
