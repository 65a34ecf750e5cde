import PlimsollCore

// MARK: - What others know

extension CircuitBreaker {
    /// Nothing is answered any more, though requests wait for longer than answers have taken for
    /// long (``SilenceWatch``).
    public mutating func openForSilence(at now: Instant, using random: inout RandomSource) {
        advance(to: now, using: &random)
        guard settings.isEnforced, hold == .auto else { return }
        switch phase {
        case .closed, .ramping: open(.silence, at: now, using: &random)
        // Probes have their own timeout.
        case .open, .halfOpen: break
        }
    }

    /// What a health check found. One that passes after failed ones ends an opening; while they
    /// fail, an opening lasts ten seconds at least, since probes would only fail, too. No longer:
    /// a check can be wrong.
    public mutating func hear(isWell: Bool, at now: Instant) {
        let wasUnwell = isUnwell
        isUnwell = !isWell
        guard hold == .auto, case .open(var opening) = phase else { return }
        if !isWell {
            opening.until = max(
                opening.scheduledEnd,
                opening.began.advanced(byNanoseconds: Self.unwellNanoseconds))
        } else if wasUnwell {
            opening.until = opening.endsOnRecovery ? now : max(now, opening.scheduledEnd)
        }
        phase = .open(opening)
    }

    /// How long an opening lasts at least while health checks fail. At three probes each it leaks
    /// a third of a request a second.
    public static let unwellNanoseconds: Int64 = 10_000_000_000

    /// The upstream asked to be left alone for so long (Retry-After with 503 or 429): an opening
    /// does not end before that, but no longer than `retryAfterMaximum` from now on. It opens
    /// nothing by itself.
    public mutating func postpone(byNanoseconds nanoseconds: Int64, at now: Instant) {
        let wait = min(max(0, nanoseconds), limits.retryAfterMaximumNanoseconds)
        askedUntil = max(askedUntil, now.advanced(byNanoseconds: wait))
        guard hold == .auto, case .open(var opening) = phase else { return }
        opening.until = max(opening.until, askedUntil)
        opening.scheduledEnd = max(opening.scheduledEnd, askedUntil)
        phase = .open(opening)
    }

    /// What an operator says. Back in automatic, a breaker that was kept open asks its probes.
    public mutating func hold(_ new: BreakerHold, at now: Instant) {
        guard new != hold else { return }
        let old = hold
        hold = new
        switch new {
        case .open:
            lastTrip = .manual
            if case .open = phase {
                keepOpen(until: .distantFuture, at: now)
            } else {
                window.clear()
                epoch &+= 1
                keepOpen(until: .distantFuture, at: now)
            }
        case .closed:
            if !isClosed { close(at: now) }
        case .auto:
            guard old == .open else { return }
            if settings.isEnforced { keepOpen(until: now, at: now) } else { close(at: now) }
        }
    }

    private mutating func keepOpen(until: Instant, at now: Instant) {
        phase = .open(
            BreakerOpening(
                began: now, until: until, scheduledEnd: until, endsOnRecovery: false,
                isForSilence: false))
    }
}

// MARK: - Changes of state

extension CircuitBreaker {
    var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Counts the outcome of a request that was no probe.
    /// - Returns: failures in a row after it, and why it opens the breaker, if it does.
    mutating func recordPassed(
        _ outcome: Outcome, _ failuresBefore: Int, ramping: Bool, at now: Instant
    ) -> (failures: Int, trip: TripReason?) {
        let isHeld = hold == .closed
        switch outcome {
        case .ignored:
            return (failuresBefore, nil)
        case .success(let nanoseconds):
            let isSlow = limits.isSlow(nanoseconds)
            window.record(successes: 1, slow: isSlow ? 1 : 0, failures: 0, at: now)
            let mayTrip = isSlow && !isHeld
            return (0, mayTrip ? limits.slowTrip(window.counts, isRamping: ramping) : nil)
        case .failure:
            window.record(successes: 0, slow: 0, failures: 1, at: now)
            let row = failuresBefore + 1
            guard !isHeld else { return (row, nil) }
            return (
                row,
                limits.failureTrip(window.counts, consecutiveFailures: row, isRamping: ramping)
            )
        }
    }

    /// An answer to a request from before an opening for silence: there was none. Closed again, at
    /// once and in full, since the upstream was never away.
    mutating func takeBackSilence(_ outcome: Outcome, for pass: BreakerPass, at now: Instant) {
        guard case .success = outcome, case .open(let opening) = phase, opening.isForSilence,
            hold == .auto, pass.epoch == epoch &- 1
        else { return }
        close(at: now)
    }

    mutating func open(
        _ reason: TripReason, at now: Instant, using random: inout RandomSource
    ) {
        if case .closed(let since, _) = phase {
            let stableNanoseconds = max(limits.windowNanoseconds, lastOpeningNanoseconds)
            if now.nanoseconds(since: since) >= stableNanoseconds { openings = 0 }
        }
        lastOpeningNanoseconds = limits.backoff.wait(relapses: openings, using: &random)
        openings += 1
        lastTrip = reason
        var end = now.advanced(byNanoseconds: lastOpeningNanoseconds)
        var endsOnRecovery = true
        if case .halfOpen(let spell) = phase {
            endsOnRecovery = !spell.isEarly
            end = max(
                spell.began.advanced(byNanoseconds: lastOpeningNanoseconds),
                now.advanced(byNanoseconds: limits.backoff.firstNanoseconds / 2))
        }
        end = max(end, askedUntil)
        let unwellEnd = now.advanced(byNanoseconds: Self.unwellNanoseconds)
        window.clear()
        epoch &+= 1
        phase = .open(
            BreakerOpening(
                began: now, until: isUnwell ? max(end, unwellEnd) : end, scheduledEnd: end,
                endsOnRecovery: endsOnRecovery, isForSilence: reason == .silence))
    }

    mutating func rampIfProven(at now: Instant) {
        guard case .halfOpen(let spell) = phase, spell.probes.succeeded >= settings.probes else {
            return
        }
        guard limits.rampNanoseconds > 0 else { return close(at: now) }
        window.clear()
        epoch &+= 1
        phase = .ramping(BreakerRamp(began: now))
    }

    mutating func close(at now: Instant) {
        window.clear()
        epoch &+= 1
        phase = .closed(since: now, consecutiveFailures: 0)
    }
}
