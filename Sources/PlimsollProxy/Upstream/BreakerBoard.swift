import PlimsollCore
import PlimsollPolicy
import Synchronization

/// A circuit breaker that all loops share.
///
/// Who may touch what: the breaker itself changes under its lock only, and what it is doing is
/// published in `word`. A loop that finds it closed reads that word and counts its quick successes
/// in a cell of its own; everything else (failures, slow calls, probes, a breaker that is not
/// closed) goes through the lock, where all loops' cells are folded in first, so that ratios are
/// exact when they decide.
final class BreakerBoard: Sendable {
    private struct State {
        var breaker: CircuitBreaker
        var random: RandomSource
        /// What each loop's cell showed when it was last folded in.
        var folded: [Int]
        /// How often it opened, by ``TripReason/position``; how often it came into each state; and
        /// the epoch up to which that counts.
        var trips = [Int](repeating: 0, count: TripReason.labels.count)
        var transitions = [Int](repeating: 0, count: BreakerState.labels.count)
        var countedEpoch: UInt32 = 0
    }

    private let word: Atomic<UInt64>
    /// Quicker successes need no telling; `Int64.max` when no call is slow.
    private let slowNanoseconds: Atomic<Int64>
    private let isEnforced: Atomic<Bool>
    private let foldEveryNanoseconds: Atomic<Int64>
    private let foldAt = Atomic<Int64>(0)
    private let cells: SuccessCells
    private let bell: ControlBell
    private let state: Mutex<State>

    /// - Parameter bell: rung at each change of state.
    init(
        settings: BreakerSettings, workers: Int, seed: UInt64, bell: ControlBell = ControlBell()
    ) {
        self.bell = bell
        let breaker = CircuitBreaker(settings: settings)
        word = Atomic(breaker.word.rawValue)
        slowNanoseconds = Atomic(settings.slowCall?.wholeNanoseconds ?? .max)
        isEnforced = Atomic(settings.isEnforced)
        foldEveryNanoseconds = Atomic(settings.window.wholeNanoseconds / 10)
        cells = SuccessCells(workers: workers)
        state = Mutex(
            State(
                breaker: breaker, random: RandomSource(seed: seed),
                folded: Array(repeating: 0, count: workers)))
    }

    /// May an attempt go?
    @inline(__always)
    func pass(at now: Instant) -> BreakerVerdict {
        switch BreakerWord(rawValue: word.load(ordering: .acquiring)).meaning {
        case .closed(let epoch):
            return .pass(BreakerPass(closedEpoch: epoch))
        case .open(let until) where now < until:
            return .refuse(
                retryAfterNanoseconds: CircuitBreaker.retryAfterNanoseconds(until, at: now))
        case .open, .halfOpen, .halfOpenFull:
            return passCarefully(at: now)
        }
    }

    private func passCarefully(at now: Instant) -> BreakerVerdict {
        state.withLock { state in
            let verdict = state.breaker.admit(at: now, using: &state.random)
            publish(&state)
            return verdict
        }
    }

    /// Whether an attempt would be let through now, without taking a probe's place.
    func isPassable(at now: Instant) -> Bool {
        switch BreakerWord(rawValue: word.load(ordering: .relaxed)).meaning {
        case .closed, .halfOpen: true
        case .open(let until), .halfOpenFull(let until): now >= until
        }
    }

    var isClosed: Bool {
        if case .closed = BreakerWord(rawValue: word.load(ordering: .relaxed)).meaning {
            true
        } else {
            false
        }
    }

    func retryAfterNanoseconds(at now: Instant) -> Int64 {
        switch BreakerWord(rawValue: word.load(ordering: .relaxed)).meaning {
        case .closed: 0
        case .open(let until): CircuitBreaker.retryAfterNanoseconds(until, at: now)
        case .halfOpen, .halfOpenFull: CircuitBreaker.probingNanoseconds
        }
    }

    /// How an attempt ended that was let through with this pass.
    @inline(__always)
    func record(_ outcome: Outcome, for pass: BreakerPass, worker: WorkerIndex, at now: Instant) {
        guard isEnforced.load(ordering: .relaxed) else { return }
        if !pass.isProbe {
            switch outcome {
            case .success(let nanoseconds)
            where nanoseconds < slowNanoseconds.load(ordering: .relaxed):
                let seen = word.load(ordering: .relaxed)
                guard seen == BreakerWord(.closed(epoch: pass.epoch)).rawValue else {
                    // Closed in another epoch: old news. Else it belongs to a ramp, or is the
                    // answer that ends an opening for silence; both are short.
                    if case .closed = BreakerWord(rawValue: seen).meaning { return }
                    break
                }
                cells.count(worker)
                if now.nanoseconds >= foldAt.load(ordering: .relaxed) {
                    fold(at: now)
                }
                return
            case .ignored:
                return
            case .success, .failure:
                break
            }
        }
        recordCarefully(outcome, for: pass, at: now)
    }

    private func recordCarefully(_ outcome: Outcome, for pass: BreakerPass, at now: Instant) {
        state.withLock { state in
            fold(&state, at: now)
            state.breaker.record(outcome, for: pass, at: now, using: &state.random)
            publish(&state)
        }
    }

    private func fold(at now: Instant) {
        state.withLock { fold(&$0, at: now) }
    }

    /// Brings every loop's successes into the breaker's window.
    private func fold(_ state: inout State, at now: Instant) {
        var successes = 0
        for worker in state.folded.indices {
            let shown = cells.value(worker)
            successes += shown - state.folded[worker]
            state.folded[worker] = shown
        }
        state.breaker.record(successes: successes, at: now)
        foldAt.store(
            now.advanced(byNanoseconds: foldEveryNanoseconds.load(ordering: .relaxed)).nanoseconds,
            ordering: .relaxed)
    }

    private func publish(_ state: inout State) {
        let published = state.breaker.word
        word.store(published.rawValue, ordering: .releasing)
        guard state.breaker.epoch != state.countedEpoch else { return }
        state.countedEpoch = state.breaker.epoch
        bell.ring()
        state.transitions[state.breaker.state.position] += 1
        if case .open = published.meaning, let reason = state.breaker.lastTrip {
            state.trips[reason.position] += 1
        }
    }

    /// How often it opened, by ``TripReason/position``.
    var tripCounts: [Int] { state.withLock { $0.trips } }

    /// How often it came into each state, by ``BreakerState/position``.
    var transitionCounts: [Int] { state.withLock { $0.transitions } }

    // MARK: What others know

    /// Nothing is answered any more (``SilenceWatch``).
    func openForSilence(at now: Instant) {
        state.withLock { state in
            fold(&state, at: now)
            state.breaker.openForSilence(at: now, using: &state.random)
            publish(&state)
        }
    }

    /// What a health check has found.
    func hear(isWell: Bool, at now: Instant) {
        state.withLock { state in
            state.breaker.hear(isWell: isWell, at: now)
            publish(&state)
        }
    }

    /// The upstream asked to be left alone for so long.
    func postpone(byNanoseconds nanoseconds: Int64, at now: Instant) {
        state.withLock { state in
            state.breaker.postpone(byNanoseconds: nanoseconds, at: now)
            publish(&state)
        }
    }

    /// What an operator says.
    func hold(_ hold: BreakerHold, at now: Instant) {
        state.withLock { state in
            fold(&state, at: now)
            state.breaker.hold(hold, at: now)
            publish(&state)
        }
    }

    /// Notices probes that never came back, and a ramp that is over, when there are no arrivals to
    /// notice it.
    func advance(to now: Instant) {
        state.withLock { state in
            state.breaker.advance(to: now, using: &state.random)
            publish(&state)
        }
    }

    /// When ``advance(to:)`` has something to do if nothing else happens before.
    var nextAdvance: Instant {
        isClosed ? .distantFuture : state.withLock { $0.breaker.nextAdvance }
    }

    func reconfigure(_ settings: BreakerSettings, at now: Instant) {
        slowNanoseconds.store(settings.slowCall?.wholeNanoseconds ?? .max, ordering: .relaxed)
        isEnforced.store(settings.isEnforced, ordering: .relaxed)
        foldEveryNanoseconds.store(settings.window.wholeNanoseconds / 10, ordering: .relaxed)
        state.withLock { state in
            state.breaker.reconfigure(settings, at: now)
            publish(&state)
        }
    }

    func snapshot(at now: Instant) -> BreakerSnapshot {
        state.withLock { state in
            fold(&state, at: now)
            return state.breaker.snapshot(at: now)
        }
    }
}
