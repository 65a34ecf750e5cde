import PlimsollCore

/// Who asks for a retry or a hedge.
public struct RetryRequest: Equatable, Sendable {
    /// The client's address, as a number. Clients that share one are one client.
    public var client: UInt64
    /// Whether what went wrong may be the upstream's way of saying that it has too much to do.
    public var isOverloadSign: Bool

    public init(client: UInt64, isOverloadSign: Bool) {
        self.client = client
        self.isOverloadSign = isOverloadSign
    }
}

/// Whether an upstream can bear another attempt of a request that it has failed once.
///
/// - With its breaker open, or with more requests than it can carry: none.
/// - With room that somebody knows of, and a failure that does not speak of overload: as many as
///   there is room for. They take nothing from first attempts, and every failure that is healed is
///   an answer more.
/// - Else what ``RetryBudget`` has. A client that took more than half of it lately leaves a
///   reserve to the others.
public struct RetryEconomy: Sendable {
    private var budget: RetryBudget
    private var clients: RetryClients

    /// - Parameter seed: for the table of clients, so that nobody can choose whom to meet there.
    public init(settings: RetrySettings, seed: UInt64, at now: Instant) {
        budget = RetryBudget(settings: settings, at: now)
        clients = RetryClients(seed: seed, at: now)
    }

    /// Requests that succeeded, retried ones included.
    public mutating func deposit(successes: Int) {
        budget.deposit(successes: successes)
    }

    /// Takes one retry.
    /// - Returns: nil when it may be made, else what stands against it.
    public mutating func take(
        _ request: RetryRequest, room: UpstreamRoom, at now: Instant
    ) -> RetryDenial? {
        if !room.isBreakerClosed { return .breakerOpen }
        if room.isOverloaded { return .overloaded }
        if !request.isOverloadSign && room.hasSpare { return nil }
        let isGreedy = clients.isGreedy(request.client, at: now)
        guard budget.withdraw(at: now, leavesReserve: isGreedy) else {
            return isGreedy && budget.available(at: now) > 0 ? .clientBudget : .budget
        }
        clients.count(request.client)
        return nil
    }

    /// Whole retries that the budget would pay for now.
    public mutating func available(at now: Instant) -> Int {
        budget.available(at: now)
    }

    /// Takes new settings; what was earned stays earned.
    public mutating func reconfigure(_ settings: RetrySettings, at now: Instant) {
        budget.reconfigure(settings, at: now)
    }
}
