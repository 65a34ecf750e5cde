import PlimsollCore

/// Follows the knee: the point from which more in flight brings no more throughput, only more
/// latency. The default.
///
/// Little's law says that in flight = throughput × latency. Below the knee latency is the
/// baseline, whatever is in flight; above it throughput stays and latency grows with what is in
/// flight. So a limit that binds is `level`, latency is `ratio` baselines, and the upstream carries
/// `level / ratio`; a tenth and one more keeps it busy between answers and shows when it could
/// carry more. Nothing depends on a mean that a few slow answers can move (``LimitBaseline``), and
/// a decision waits until the samples bear it.
///
/// Everything hangs on an honest baseline:
/// - It is learned from windows in which the limit did not bind and little was in flight.
/// - A latency below it corrects it at once.
/// - While the limit binds, a window now and then is run a little lower (*sounding*), just so much
///   that throughput begins to suffer: there nothing queues, and that latency is the baseline. So
///   it can neither drift up under overload that lasts for hours nor go stale.
/// - A latency far above it is a queue or slower work. The limit is cut on suspicion, and only if
///   latency does not follow it down the baseline is raised and the cut undone (``CutTrial``).
public struct KneeLimit: Sendable {
    /// What is allowed beyond the knee, as a share of it: a tenth more in flight is a tenth more
    /// latency, and room to notice that the knee has moved out.
    static var headroom: Double { 0.1 }
    /// And this many more, which is what counts for a small upstream.
    static var slack: Double { 1 }
    /// Latency so many baselines long is not headroom any more.
    static var trialRatio: Double { 1.35 }

    private var minimum: Double
    private var maximum: Double
    private var windowMinimum: Int64
    private var windowMaximum: Int64

    /// The limit but for soundings.
    private(set) var level: Double
    private(set) var baseline = LimitBaseline()
    private var window = SampleWindow()
    private var windowSince = Instant(nanoseconds: 0)
    private var lastAt = Instant(nanoseconds: 0)
    /// Attempts to come that began before the limit moved: they say nothing of how it is now.
    private var flush = 0

    private var isSounding = false
    /// How deep soundings go, as a share of the level. At first deep: a new baseline was measured
    /// in the dark.
    private var depth = 0.75
    private var windowsSinceSounding = 0
    private var soundedAt = Instant(nanoseconds: 0)
    /// What the window before a sounding had.
    private var reference: (limit: Double, ratio: Double) = (1, 1)
    /// Windows in a row that found room.
    private var growths = 0
    private var trial: CutTrial?
    private var gauge = DropGauge()

    public init(settings: LimitSettings) {
        level = Double(settings.initial)
        minimum = Double(settings.minimum)
        maximum = Double(settings.maximum)
        windowMinimum = settings.windowMinimum.wholeNanoseconds
        windowMaximum = settings.windowMaximum.wholeNanoseconds
    }

    /// Other bounds; what it has found stays.
    mutating func reconfigure(_ settings: LimitSettings) {
        minimum = Double(settings.minimum)
        maximum = Double(settings.maximum)
        windowMinimum = settings.windowMinimum.wholeNanoseconds
        windowMaximum = settings.windowMaximum.wholeNanoseconds
        level = max(minimum, min(maximum, level))
    }

    /// Requests that may be in flight now.
    public var limit: Int { Int(current) }

    private var current: Double {
        max(minimum, (isSounding ? min(level * depth, level - 1) : level).rounded())
    }

    /// Latency without queueing, in nanoseconds; 0 while unknown.
    public var baselineNanoseconds: Double { baseline.mean }

    /// Takes in what one loop saw.
    /// - Parameters:
    ///   - inFlight: at the upstream now.
    ///   - ceiling: what else bounds the limit.
    mutating func record(
        _ batch: borrowing SampleWindow, inFlight: Int, ceiling: Int, at now: Instant
    ) {
        if now.nanoseconds(since: lastAt) > 2 * windowMaximum {
            // What was begun before a pause has nothing to do with what comes after it.
            window = SampleWindow()
            isSounding = false
            flush = 0
        }
        lastAt = now
        guard flush <= 0 else {
            flush -= batch.samples + batch.drops
            return
        }
        if window.isEmpty { windowSince = min(now, batch.since) }
        window.merge(batch)
        guard isComplete(at: now) else { return }
        let before = current
        judge(at: now)
        level = max(minimum, min(maximum, Double(ceiling), level))
        window = SampleWindow()
        flush = abs(current / before - 1) > 0.05 ? inFlight : 0
    }
}

// MARK: How long a window is

extension KneeLimit {
    /// A mean of so small an error is judged, whatever it says.
    private static var errorWanted: Double { 0.07 }
    private static var samplesMinimum: Double { 16 }
    /// Nobody waits for more, however wild latencies are.
    private static var samplesMaximum: Double { 400 }

    /// What a window has its ratio compared with.
    private var ratioExpected: Double {
        window.isBinding ? 1 + Self.headroom + Self.slack / level : 1
    }

    private func isComplete(at now: Instant) -> Bool {
        let elapsed = now.nanoseconds(since: windowSince)
        guard elapsed >= windowMinimum else { return false }
        let samples = Double(window.samples)
        let attempts = window.samples + window.drops
        if window.drops >= 8 && (attempts >= 16 || window.samples == 0) { return true }
        let deviation = baseline.deviation
        let wanted =
            trial != nil ? 0 : Self.errorWanted * (isSounding ? 1.4 : 1)
        let enough =
            wanted > 0 ? min(Self.samplesMaximum, deviation * deviation / (wanted * wanted)) : 0
        if samples >= max(current, enough, Self.samplesMinimum) {
            return Double(elapsed) >= 2 * baseline.mean || trial != nil
        }
        guard window.samples >= 8 else { return false }
        if elapsed >= windowMaximum { return true }
        guard baseline.isKnown else {
            // The first to come back are the quick ones; soon after, the slow ones are among
            // them, and not much has queued behind them yet.
            return 2 * Double(elapsed) >= 3 * window.latencies.mean
        }
        if let trial { return self.trial(trial).isService }
        // Sooner, if it is beyond doubt already.
        let error = deviation / samples.squareRoot()
        let surprise = NaturalLogarithm.of(baseline.ratio(of: window.latencies) / ratioExpected)
        if samples >= Self.samplesMinimum && surprise > 4 * error { return true }
        return !isSounding && window.isBinding && samples >= 0.7 * current
            && surprise < (growths > 0 ? -1.5 : -2.5) * error
    }
}

// MARK: What a window says

extension KneeLimit {
    private mutating func judge(at now: Instant) {
        let attempts = window.samples + window.drops
        if attempts >= 8 {
            switch gauge.judge(share: window.dropShare, attempts: attempts, limit: level) {
            case .quiet:
                break
            case .lower(let share):
                level *= share
                return rest()
            case .accept(let limit):
                level = limit
                return rest()
            }
        }
        guard window.samples >= 2 else { return }
        guard baseline.isKnown else { return baseline.replace(by: window.latencies) }
        let ratio = baseline.ratio(of: window.latencies)
        let error = baseline.deviation / Double(window.samples).squareRoot()
        if trial != nil {
            stepTrial(ratio)
        } else if !window.isBinding {
            stepUnbound(ratio, error, at: now)
        } else if isSounding {
            endSounding(ratio, error)
        } else {
            stepBound(ratio, error, at: now)
        }
    }

    /// Ends whatever was being tried.
    private mutating func rest() {
        isSounding = false
        trial = nil
        growths = 0
        windowsSinceSounding = 0
    }

    /// The demand was less than the limit: a chance to see latency without queueing, and no
    /// reason to move the limit either way.
    private mutating func stepUnbound(_ ratio: Double, _ error: Double, at now: Instant) {
        rest()
        let elapsed = Double(max(1, now.nanoseconds(since: windowSince)))
        let inFlight = Double(window.latencies.sum) / elapsed
        if NaturalLogarithm.of(ratio) < -4 * error {
            baseline.replace(by: window.latencies)
        } else if inFlight < 0.7 * level || ratio < 1 {
            baseline.learn(window.latencies)
        }
    }

    private mutating func stepBound(_ measured: Double, _ error: Double, at now: Instant) {
        var ratio = measured
        if NaturalLogarithm.of(ratio) < -error {
            // Latency is never less than the baseline: the baseline is wrong.
            guard NaturalLogarithm.of(ratio) >= -3 * error else {
                return baseline.replace(by: window.latencies)
            }
            baseline.learn(window.latencies)
            ratio = baseline.ratio(of: window.latencies)
        }
        let excess = Self.headroom + Self.slack / level
        if ratio > Self.trialRatio && NaturalLogarithm.of(ratio / (1 + excess)) > 4 * error {
            let knee = max(1, (level - Self.slack) / (1 + Self.headroom))
            var begun = CutTrial(knee: knee)
            begun.note(limit: current, latency: window.latencies.mean)
            trial = begun
            growths = 0
            windowsSinceSounding = 0
            cut(ratio)
        } else if ratio < 1 + 0.4 * excess {
            grow(ratio, at: now)
        } else {
            growths = 0
            level += 0.5 * (target(ratio) - level)
            windowsSinceSounding += 1
            if windowsSinceSounding >= (baseline.weight < 100 ? 1 : baseline.weight < 400 ? 3 : 7) {
                beginSounding(ratio, at: now)
            }
        }
    }

    /// There is room: the longer there has been, the larger the steps. Each second it is sounded
    /// whether the upstream has got more room, or is only getting quicker all the time.
    private mutating func grow(_ ratio: Double, at now: Instant) {
        growths += 1
        level = max(target(ratio), level * (growths > 1 ? 1.5 : 1.25))
        if now.nanoseconds(since: soundedAt) > max(1_000_000_000, Int64(10 * baseline.mean)) {
            beginSounding(ratio, at: now)
        }
    }

    /// What the upstream carries, and a little more.
    private func target(_ ratio: Double) -> Double {
        level / ratio * (1 + Self.headroom) + Self.slack
    }

    /// Goes down towards the target, not in one leap: latency lags behind what is in flight.
    private mutating func cut(_ ratio: Double) {
        level = max(target(ratio), level * (ratio > 3 ? 0.5 : 0.7))
    }
}

// MARK: Soundings

extension KneeLimit {
    private mutating func beginSounding(_ ratio: Double, at now: Instant) {
        windowsSinceSounding = 0
        soundedAt = now
        guard window.bindingShare > 0.8, level > minimum + 0.5 else { return }
        reference = (current, ratio)
        isSounding = true
    }

    /// Learns the baseline, and how deep to go the next time: a little throughput should be lost,
    /// or it was not deep enough.
    private mutating func endSounding(_ ratio: Double, _ error: Double) {
        let gain = NaturalLogarithm.of(current / ratio / (reference.limit / reference.ratio))
        depth *= 1 - 0.3 * max(-0.5, min(0.5, gain + 0.02))
        depth = max(0.6, min(0.95, depth))
        if current < 0.8 * reference.limit && gain > -0.05 {
            // So far down, and nothing lost: no reason to go up again.
            level = current * (1 + Self.headroom)
        }
        isSounding = false
        if NaturalLogarithm.of(ratio) < -2 * error {
            baseline.replace(by: window.latencies)
        } else if ratio < 1.4 || gain < -0.1 {
            // Where throughput goes down nothing queues, whatever the baseline says.
            baseline.learn(window.latencies, memory: ratio < 1.4 ? 600 : 200)
        }
    }
}

// MARK: Trials

extension KneeLimit {
    private mutating func stepTrial(_ ratio: Double) {
        guard let trial else { return }
        guard ratio > 1.05 * (1 + Self.headroom + Self.slack / level) else {
            self.trial = nil
            return
        }
        let next = self.trial(trial)
        if next.isService || (current <= minimum && next.windows >= 2) {
            baseline.replace(by: window.latencies)
            level = max(level, next.level(forLatency: window.latencies.mean))
            self.trial = nil
        } else {
            self.trial = next
            cut(ratio)
        }
    }

    /// The trial with the window taken in.
    private func trial(_ trial: CutTrial) -> CutTrial {
        let (mean, variance) = window.latencies.moments(cut: 4 * window.latencies.mean)
        let deviation = max(0.3, 0.7 * baseline.deviation, variance.squareRoot() / mean)
        var next = trial
        next.add(
            limit: current, latency: mean,
            precision: Double(window.samples) / (deviation * deviation))
        return next
    }
}
