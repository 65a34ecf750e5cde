import PlimsollCore

/// The eligible endpoint with the fewest requests in flight, for its weight; among equals one by
/// lot, so that idle endpoints share the work.
public struct LeastInFlight: Sendable {
    public init() {}

    /// - Returns: nil when no endpoint is eligible.
    public func pick<View: EndpointView & ~Copyable & ~Escapable>(
        from view: borrowing View, using random: inout RandomSource
    ) -> EndpointIndex? {
        var fewest = Double.infinity
        var equals = 0
        var chosen: EndpointIndex?
        for position in 0..<view.count {
            let endpoint = EndpointIndex(position)
            guard view.isEligible(endpoint) else { continue }
            let inFlight = Double(view.inFlight(endpoint) + 1) / view.weight(endpoint)
            if inFlight < fewest {
                fewest = inFlight
                equals = 1
                chosen = endpoint
            } else if inFlight == fewest {
                equals += 1
                if random.next(below: equals) == 0 { chosen = endpoint }
            }
        }
        return chosen
    }
}
