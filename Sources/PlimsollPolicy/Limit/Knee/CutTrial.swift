import PlimsollCore

/// Latency has risen far above the baseline. Is there a queue at the upstream, or has its work
/// become slower? The limit is being lowered; the answer is in what latency does.
///
/// With a queue, latency is in flight divided by throughput: it falls as the limit does. Without
/// one it stays, once the limit is below the knee. Both are fitted to the windows since the
/// trial began, each with one free factor; the errors that are left decide.
struct CutTrial: Sendable {
    /// Where the knee was before the trial.
    let knee: Double
    private(set) var windows = 0
    /// What each limit brought, the highest first: as many steps as lead from a million to one.
    private var steps: [(limit: Double, latency: Double)] = []
    private var queue = LogFit()
    private var service = LogFit()

    init(knee: Double) {
        self.knee = knee
    }

    /// Remembers what a limit brought.
    mutating func note(limit: Double, latency: Double) {
        guard steps.count < 40 else { return }
        steps.append((limit, latency))
    }

    /// The highest limit that was no slower than this, but for a fifth: where to go back to once
    /// latency is known to be that of the work.
    func level(forLatency latency: Double) -> Double {
        steps.filter { $0.latency <= 1.2 * latency * max(1, $0.limit / knee) }.map(\.limit).max()
            ?? 1
    }

    /// Takes in a window.
    /// - Parameters:
    ///   - limit: in force during the window.
    ///   - latency: its mean, in nanoseconds.
    ///   - precision: one over the variance of the logarithm of that mean.
    mutating func add(limit: Double, latency: Double, precision: Double) {
        let logarithm = NaturalLogarithm.of(latency)
        queue.add(logarithm - NaturalLogarithm.of(limit), precision: precision)
        service.add(logarithm - NaturalLogarithm.of(max(limit, knee) / knee), precision: precision)
        windows += 1
        note(limit: limit, latency: latency)
    }

    /// Above 0 the better explanation is slower work, below it is a queue: the difference of the
    /// squared errors, in variances. 9 is three standard deviations.
    var evidence: Double { queue.error - service.error }

    var isService: Bool { evidence > 9 }
}

/// How badly one number explains several.
private struct LogFit: Sendable {
    private var weight = 0.0
    private var sum = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double, precision: Double) {
        // Old windows fade: the upstream may have changed once more.
        weight = weight * 0.8 + precision
        sum = sum * 0.8 + precision * value
        squares = squares * 0.8 + precision * value * value
    }

    var error: Double { weight > 0 ? squares - sum * sum / weight : 0 }
}
