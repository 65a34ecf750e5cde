import PlimsollCore

/// Closed it passes everything, open it refuses everything, half-open it lets a few probes through
/// and decides by them, ramping it lets a growing share through.
///
/// - It opens when news is bad: after a failure that completes a ratio or a row, or after a slow
///   success that completes the slow ratio, or when somebody notices that nothing is answered at
///   all (``openForSilence(at:using:)``). A quick success never opens it, not even by lifting
///   the window over its volume floor; so quick successes may be counted elsewhere and folded in
///   just before the next bad news, with ``record(successes:at:)``.
/// - Half-open, probes in flight and probes that succeeded never add up to more than `probes`. All
///   must succeed, quickly if `slowCall` is set; the first that does not opens it again. A probe
///   that is never settled counts as failed after `probeTimeout`, so half-open cannot stick.
/// - After the probes the share that passes grows from a tenth to all over `ramp`. Failures are
///   judged by the same ratio, from a smaller volume on.
/// - Each opening without a stable closed period before it lasts twice as long (``Backoff``).
///   Stable means: closed as long as the window, and as long as the last opening. What probing
///   took is part of the opening that follows, all but half of the first one's length: when
///   probes hang, it is they who wait.
/// - An outcome counts only in the state its request was admitted in: news from before an opening
///   moves nothing after it. One exception: an answer proves that an opening for silence was wrong.
///
/// Loops that share a breaker bring slightly different readings of `now`; one that lies in the
/// past is harmless.
public struct CircuitBreaker: Sendable {
    public internal(set) var settings: BreakerSettings
    var limits: BreakerLimits
    var phase = BreakerPhase.closed(since: Instant(nanoseconds: 0), consecutiveFailures: 0)
    var window: OutcomeWindow
    /// The state's number: it grows by one with each change, and no call changes state twice. A
    /// wrapper compares it before and after a call to see a transition.
    public internal(set) var epoch: UInt32 = 0
    /// Why it opened last; nil: it never did.
    public internal(set) var lastTrip: TripReason?
    /// What an operator has said.
    public internal(set) var hold = BreakerHold.auto
    /// Openings in a row without a stable closed period between them.
    var openings = 0
    var lastOpeningNanoseconds: Int64 = 0
    /// The latest health check failed.
    var isUnwell = false
    /// When the upstream itself asked to be left alone until.
    var askedUntil = Instant(nanoseconds: .min)

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
        advance(to: now, using: &random)
        switch phase {
        case .closed:
            return .pass(BreakerPass(closedEpoch: epoch))
        case .open(let opening):
            guard now >= opening.until else {
                return .refuse(
                    retryAfterNanoseconds: Self.retryAfterNanoseconds(opening.until, at: now))
            }
            var spell = BreakerSpell(began: now, isEarly: opening.until < opening.scheduledEnd)
            epoch &+= 1
            let place = spell.probes.admit(at: now)
            phase = .halfOpen(spell)
            return .pass(BreakerPass(epoch: epoch, probe: place))
        case .halfOpen(var spell):
            guard spell.probes.inFlight + spell.probes.succeeded < settings.probes else {
                return .refuse(retryAfterNanoseconds: Self.probingNanoseconds)
            }
            let place = spell.probes.admit(at: now)
            phase = .halfOpen(spell)
            return .pass(BreakerPass(epoch: epoch, probe: place))
        case .ramping(var ramp):
            let isTaken = ramp.takes(at: now, of: limits.rampNanoseconds)
            phase = .ramping(ramp)
            return isTaken
                ? .pass(BreakerPass(closedEpoch: epoch))
                : .refuse(retryAfterNanoseconds: Self.probingNanoseconds)
        }
    }

    /// How the request with this pass ended.
    public mutating func record(
        _ outcome: Outcome, for pass: BreakerPass, at now: Instant,
        using random: inout RandomSource
    ) {
        // A request admitted in an earlier state has only now finished. Its news is older than
        // the decisions taken since, but for one: it was not silence.
        if pass.epoch != epoch { takeBackSilence(outcome, for: pass, at: now) }
        let before = epoch
        advance(to: now, using: &random)
        guard settings.isEnforced && pass.epoch == epoch && before == epoch else { return }
        switch phase {
        case .closed(let since, let consecutiveFailures):
            let row = recordPassed(outcome, consecutiveFailures, ramping: false, at: now)
            phase = .closed(since: since, consecutiveFailures: row.failures)
            if let reason = row.trip { open(reason, at: now, using: &random) }
        case .ramping(var ramp):
            let row = recordPassed(outcome, ramp.consecutiveFailures, ramping: true, at: now)
            ramp.consecutiveFailures = row.failures
            phase = .ramping(ramp)
            if let reason = row.trip { open(reason, at: now, using: &random) }
        case .halfOpen(var spell):
            spell.probes.settle(pass.probe)
            phase = .halfOpen(spell)
            switch outcome {
            case .success(let nanoseconds) where limits.isSlow(nanoseconds):
                open(.probeSlow, at: now, using: &random)
            case .success:
                spell.probes.succeeded += 1
                phase = .halfOpen(spell)
                rampIfProven(at: now)
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

    /// Gives up on probes that were never settled, and ends a ramp whose time is over. Arrivals
    /// do the same; this is for the times without any.
    public mutating func advance(to now: Instant, using random: inout RandomSource) {
        switch phase {
        case .closed, .open:
            break
        case .halfOpen(let spell):
            guard let oldest = spell.probes.oldest else { return }
            if now.nanoseconds(since: oldest) >= limits.probeTimeoutNanoseconds {
                open(.probeTimedOut, at: now, using: &random)
            }
        case .ramping(let ramp):
            if now.nanoseconds(since: ramp.began) >= limits.rampNanoseconds { close(at: now) }
        }
    }

    /// When ``advance(to:using:)`` has something to do if nothing else happens before;
    /// `distantFuture` when no probe is out and nothing ramps.
    public var nextAdvance: Instant {
        switch phase {
        case .closed, .open: .distantFuture
        case .halfOpen(let spell):
            spell.probes.oldest?.advanced(byNanoseconds: limits.probeTimeoutNanoseconds)
                ?? .distantFuture
        case .ramping(let ramp): ramp.began.advanced(byNanoseconds: limits.rampNanoseconds)
        }
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
        case .open(let opening): .open(until: opening.until)
        case .halfOpen(let spell):
            .halfOpen(
                probesInFlight: spell.probes.inFlight, probesSucceeded: spell.probes.succeeded)
        case .ramping: .ramping
        }
    }

    /// The state in one word, to be published after each call that may have changed it.
    public var word: BreakerWord {
        switch phase {
        case .closed: return BreakerWord(.closed(epoch: epoch))
        case .open(let opening): return BreakerWord(.open(until: opening.until))
        case .ramping: return BreakerWord(.halfOpen)
        case .halfOpen(let spell):
            guard spell.probes.inFlight + spell.probes.succeeded >= settings.probes,
                let oldest = spell.probes.oldest
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
        case .open(let opening): Self.retryAfterNanoseconds(opening.until, at: now)
        case .halfOpen, .ramping: Self.probingNanoseconds
        }
    }

    /// The rest of an opening; of one that an operator keeps up, a minute, since nobody knows.
    public static func retryAfterNanoseconds(_ until: Instant, at now: Instant) -> Int64 {
        let rest = max(0, until.nanoseconds(since: now))
        return rest > BreakerLimits.openingMaximumNanoseconds ? 60_000_000_000 : rest
    }

    /// Probes decide within a second or so, and a second is the grain of Retry-After.
    public static let probingNanoseconds: Int64 = 1_000_000_000

    public mutating func snapshot(at now: Instant) -> BreakerSnapshot {
        window.advance(to: now)
        let failuresInARow =
            switch phase {
            case .closed(_, let consecutiveFailures): consecutiveFailures
            case .ramping(let ramp): ramp.consecutiveFailures
            case .open, .halfOpen: 0
            }
        return BreakerSnapshot(
            state: state, epoch: epoch, requests: window.counts.requests,
            failures: window.counts.failures, slow: window.counts.slow,
            consecutiveFailures: failuresInARow, lastTrip: lastTrip, openings: openings,
            hold: hold)
    }

    /// Takes new settings and keeps the state; an opening ends when it was going to end. Switched
    /// off, it closes, unless an operator keeps it open.
    public mutating func reconfigure(_ new: BreakerSettings, at now: Instant) {
        if new.window != settings.window {
            window = OutcomeWindow(nanoseconds: new.window.wholeNanoseconds)
        }
        settings = new
        limits = BreakerLimits(new)
        if !new.isEnforced, hold != .open, !isClosed { close(at: now) }
        // With fewer probes than before, those that came back may be enough already.
        rampIfProven(at: now)
    }
}
