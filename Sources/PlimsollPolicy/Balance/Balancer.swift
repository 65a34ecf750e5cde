import PlimsollCore

/// The balancing of one upstream on one loop, chosen by the configuration.
public enum Balancer: Sendable {
    case twoChoices(TwoChoices)
    case roundRobin(RoundRobin)
    case leastInFlight(LeastInFlight)

    /// - Parameter worker: the loop it serves, so that loops begin their rounds apart.
    public init(_ kind: BalanceKind, worker: WorkerIndex) {
        switch kind {
        case .twoChoices: self = .twoChoices(TwoChoices())
        case .roundRobin: self = .roundRobin(RoundRobin(first: Int(worker.rawValue)))
        case .leastInFlight: self = .leastInFlight(LeastInFlight())
        }
    }

    /// - Returns: where the next attempt goes; nil when no endpoint is eligible.
    public mutating func pick<View: EndpointView & ~Copyable & ~Escapable>(
        from view: borrowing View, at now: Instant, using random: inout RandomSource
    ) -> EndpointIndex? {
        switch self {
        case .twoChoices(let balance):
            return balance.pick(from: view, at: now, using: &random)
        case .roundRobin(var balance):
            let endpoint = balance.pick(from: view, using: &random)
            self = .roundRobin(balance)
            return endpoint
        case .leastInFlight(let balance):
            return balance.pick(from: view, using: &random)
        }
    }
}
