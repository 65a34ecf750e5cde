import PlimsollCore

/// A day in the life of an upstream, to put an adaptive limit through: what comes, what carries
/// it, and what becomes different when. The optimum is known at every moment: as many in flight as
/// there are slots.
public struct LimitScenario: Sendable {
    /// From this time on, so many requests a second.
    public struct Demand: Sendable {
        public var from: Double
        public var requestsPerSecond: Double
    }

    /// From this time on, something about the upstream.
    public struct Change: Sendable {
        public var at: Double
        public var change: CapacityChange
    }

    public var name: String
    /// How long it lasts.
    public var seconds: Double
    public var capacity: CapacitySettings
    public var demand: [Demand]
    public var changes: [Change] = []
    /// The limit to begin with.
    public var initial = 20
    /// An attempt without an answer after this long is given up.
    public var timeoutSeconds = 1.0

    /// - Parameter demand: requests a second, all the time.
    public init(
        _ name: String, seconds: Double, slots: Int = 16, service: ServiceTime = Self.ordinary,
        demand: Double
    ) {
        self.name = name
        self.seconds = seconds
        capacity = CapacitySettings(slots: slots, service: service)
        self.demand = [Demand(from: 0, requestsPerSecond: demand)]
    }

    /// 25 ms in the mean, as one kind of request has it: 16 slots carry 640 a second.
    public static let ordinary = ServiceTime.lognormal(meanNanoseconds: 25_000_000, sigma: 0.5)
    /// The same mean, but nine of ten are quick and one is very slow.
    public static let mixed = ServiceTime.bimodal(
        fastNanoseconds: 10_000_000, slowNanoseconds: 160_000_000, slowShare: 0.1)

    /// Another demand from `seconds` on.
    public func demanding(_ requestsPerSecond: Double, from seconds: Double) -> LimitScenario {
        var copy = self
        copy.demand.append(Demand(from: seconds, requestsPerSecond: requestsPerSecond))
        return copy
    }

    /// Something becomes different at `seconds`.
    public func changing(_ change: CapacityChange, at seconds: Double) -> LimitScenario {
        var copy = self
        copy.changes.append(Change(at: seconds, change: change))
        return copy
    }

    /// The service time's factor moves from one value to another, twenty steps a second.
    public func scaling(
        from first: Double, to last: Double, between begin: Double, and end: Double
    ) -> LimitScenario {
        var copy = self
        let steps = Int((end - begin) * 20)
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            copy = copy.changing(
                CapacityChange(scale: first + (last - first) * share),
                at: begin + (end - begin) * share)
        }
        return copy
    }

    /// Another limit to begin with.
    public func beginning(at limit: Int) -> LimitScenario {
        var copy = self
        copy.initial = limit
        return copy
    }
}
