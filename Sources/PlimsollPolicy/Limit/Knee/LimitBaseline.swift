import PlimsollCore

/// What latency is without queueing: the distribution of recent answers that came while nothing
/// waited at the upstream, as far as the controller can tell.
struct LimitBaseline: Sendable {
    /// So many samples are remembered; older ones fade.
    private static var memory: Double { 600 }

    /// How many samples it stands on, faded ones by what is left of them.
    private(set) var weight = 0.0
    private var counts = InlineArray<112, Double>(repeating: 0)
    private var sums = InlineArray<112, Double>(repeating: 0)
    /// The mean, in nanoseconds; 0 while nothing is known.
    private(set) var mean = 0.0
    /// Latencies beyond this count as this: three times the mean of what is below twice the mean.
    private(set) var cut = 0.0
    /// The mean with that cut.
    private(set) var cutMean = 0.0
    /// Variance of a sample with that cut, as a share of the square of ``cutMean``.
    private(set) var relativeVariance = 0.0

    var isKnown: Bool { weight > 0 }

    /// Forgets all it knew.
    mutating func replace(by profile: borrowing LatencyProfile) {
        self = LimitBaseline()
        learn(profile)
    }

    /// Takes in more samples; what it knew fades to what its memory has room for.
    mutating func learn(_ profile: borrowing LatencyProfile, memory: Double = memory) {
        let count = Double(profile.count)
        guard count > 0 else { return }
        let kept = weight > 0 ? min(1, max(0, memory - count) / weight) : 0
        var sum = 0.0
        for position in 0..<LatencyProfile.classCount {
            let new = profile.samples(at: position)
            counts[position] = counts[position] * kept + new.count
            sums[position] = sums[position] * kept + new.sum
            sum += sums[position]
        }
        weight = weight * kept + count
        mean = sum / weight
        cut = 3 * moments(cut: 2 * mean).mean
        let (cutMean, variance) = moments(cut: cut)
        self.cutMean = cutMean
        relativeVariance = variance / (cutMean * cutMean)
    }

    private func moments(cut: Double) -> (mean: Double, variance: Double) {
        var moments = CutMoments(cut: cut)
        for position in 0..<LatencyProfile.classCount where counts[position] > 1e-9 {
            moments.add(count: counts[position], sum: sums[position])
        }
        return (moments.mean, moments.variance)
    }

    /// How far the mean of a single sample strays, as a share of it. Never below 0.3, so that an
    /// upstream that is regular to the microsecond does not make every microsecond an event; with
    /// few samples it leans on a guess of 0.8.
    var deviation: Double {
        let guessWeight = 30.0
        let variance = (relativeVariance * weight + 0.64 * guessWeight) / (weight + guessWeight)
        return max(0.3, variance.squareRoot())
    }

    /// How many times the baseline these latencies are: with the cut while they are near it, as
    /// they are when they are far above.
    func ratio(of profile: borrowing LatencyProfile) -> Double {
        let near = profile.moments(cut: cut).mean / cutMean
        return near < 1.8 ? near : max(near, profile.mean / mean)
    }
}
