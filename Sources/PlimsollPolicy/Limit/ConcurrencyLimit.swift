import PlimsollCore

/// How much may be in flight at an upstream, found by one of several algorithms. Windows of what
/// loops saw go in, a limit comes out; enforcing it is somebody else's business.
public enum ConcurrencyLimit: Sendable {
    case knee(KneeLimit)
    case gradient(GradientLimit)
    case vegas(VegasLimit)
    case additiveIncrease(AdditiveIncreaseLimit)
    case fixed(Int)

    public init(settings: LimitSettings) {
        switch settings.algorithm {
        case .knee: self = .knee(KneeLimit(settings: settings))
        case .gradient: self = .gradient(GradientLimit(settings: settings))
        case .vegas: self = .vegas(VegasLimit(settings: settings))
        case .additiveIncrease:
            self = .additiveIncrease(AdditiveIncreaseLimit(settings: settings))
        case .fixed: self = .fixed(settings.initial)
        }
    }

    /// Takes in a window, which may move ``limit``.
    /// - Parameters:
    ///   - batch: what one loop saw lately.
    ///   - inFlight: at the upstream now, over all loops.
    ///   - ceiling: the most that anything else allows, at least 1; the limit stays at or below.
    public mutating func record(
        _ batch: borrowing SampleWindow, inFlight: Int, ceiling: Int, at now: Instant
    ) {
        precondition(ceiling >= 1, "a ceiling leaves room for one request")
        switch self {
        case .knee(var limit):
            limit.record(batch, inFlight: inFlight, ceiling: ceiling, at: now)
            self = .knee(limit)
        case .gradient(var limit):
            limit.record(batch, inFlight: inFlight, ceiling: ceiling, at: now)
            self = .gradient(limit)
        case .vegas(var limit):
            limit.record(batch, inFlight: inFlight, ceiling: ceiling, at: now)
            self = .vegas(limit)
        case .additiveIncrease(var limit):
            limit.record(batch, inFlight: inFlight, ceiling: ceiling, at: now)
            self = .additiveIncrease(limit)
        case .fixed(let limit):
            self = .fixed(limit)
        }
    }

    /// Other settings. What the algorithm has found stays, unless it is another algorithm.
    public mutating func reconfigure(_ settings: LimitSettings) {
        switch (self, settings.algorithm) {
        case (.knee(var limit), .knee):
            limit.reconfigure(settings)
            self = .knee(limit)
        case (.gradient(var limit), .gradient):
            limit.reconfigure(settings)
            self = .gradient(limit)
        case (.vegas(var limit), .vegas):
            limit.reconfigure(settings)
            self = .vegas(limit)
        case (.additiveIncrease(var limit), .additiveIncrease):
            limit.reconfigure(settings)
            self = .additiveIncrease(limit)
        case (.knee, _), (.gradient, _), (.vegas, _), (.additiveIncrease, _), (.fixed, _):
            self = ConcurrencyLimit(settings: settings)
        }
    }

    /// Requests that may be in flight now; at least 1.
    public var limit: Int { snapshot().limit }

    public func snapshot() -> LimitSnapshot {
        switch self {
        case .knee(let limit):
            LimitSnapshot(
                limit: limit.limit, baselineNanoseconds: Int64(limit.baselineNanoseconds))
        case .gradient(let limit):
            LimitSnapshot(
                limit: limit.limit, baselineNanoseconds: Int64(limit.longNanoseconds))
        case .vegas(let limit):
            LimitSnapshot(
                limit: limit.limit, baselineNanoseconds: Int64(limit.shortestNanoseconds))
        case .additiveIncrease(let limit):
            LimitSnapshot(limit: limit.limit, baselineNanoseconds: 0)
        case .fixed(let limit):
            LimitSnapshot(limit: limit, baselineNanoseconds: 0)
        }
    }
}
