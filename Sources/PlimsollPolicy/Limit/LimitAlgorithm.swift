/// How the limit of an upstream is found; the raw value is the word in the configuration.
public enum LimitAlgorithm: String, CaseIterable, Sendable {
    /// Our own: follows the point from which more in flight brings no more throughput.
    case knee
    /// Netflix's gradient2: a long average of latency against a short one.
    case gradient
    /// TCP Vegas' estimate of the queue, on requests.
    case vegas
    /// Up by one while it is used, down by a tenth on a drop.
    case additiveIncrease = "aimd"
    /// The initial limit, always.
    case fixed

    public static let standard = LimitAlgorithm.knee
}
