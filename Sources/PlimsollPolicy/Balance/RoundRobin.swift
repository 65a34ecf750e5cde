import PlimsollCore

/// One eligible endpoint after the other. Each loop has its own turn, so loops begin at different
/// places. An endpoint with less than its whole weight misses turns by lot.
public struct RoundRobin: Sendable {
    private var next: Int

    /// - Parameter first: where to begin; any number from 0, such as the loop's.
    public init(first: Int) {
        precondition(first >= 0, "turns are counted from zero")
        next = first
    }

    /// - Returns: nil when no endpoint is eligible.
    public mutating func pick<View: EndpointView & ~Copyable & ~Escapable>(
        from view: borrowing View, using random: inout RandomSource
    ) -> EndpointIndex? {
        let count = view.count
        guard count > 0 else { return nil }
        var position = next % count
        var missed: EndpointIndex?
        for _ in 0..<count {
            let endpoint = EndpointIndex(position)
            position = position + 1 == count ? 0 : position + 1
            guard view.isEligible(endpoint) else { continue }
            let weight = view.weight(endpoint)
            if weight < 1, random.unitInterval() >= weight {
                if missed == nil { missed = endpoint }
                continue
            }
            next = position
            return endpoint
        }
        return missed
    }
}
