import PlimsollCore

/// The cheaper of two eligible endpoints drawn by lot.
public struct TwoChoices: Sendable {
    /// Draws before the eligible ones are counted out. While most are eligible the first draw
    /// does; at one in two, one pick in sixteen counts.
    static let draws = 4

    public init() {}

    /// - Returns: nil when no endpoint is eligible.
    public func pick<View: EndpointView & ~Copyable & ~Escapable>(
        from view: borrowing View, at now: Instant, using random: inout RandomSource
    ) -> EndpointIndex? {
        guard let first = draw(from: view, except: nil, using: &random) else { return nil }
        guard let second = draw(from: view, except: first, using: &random) else { return first }
        return cheaper(first, second, in: view, at: now)
    }

    private func cheaper<View: EndpointView & ~Copyable & ~Escapable>(
        _ first: EndpointIndex, _ second: EndpointIndex, in view: borrowing View, at now: Instant
    ) -> EndpointIndex {
        let firstCost = view.load(first).cost(inFlight: view.inFlight(first), at: now)
        let secondCost = view.load(second).cost(inFlight: view.inFlight(second), at: now)
        return secondCost * view.weight(first) < firstCost * view.weight(second) ? second : first
    }

    /// One eligible endpoint, each as likely as the others: draws that are not eligible are thrown
    /// away, and after a few of them the eligible ones are counted.
    private func draw<View: EndpointView & ~Copyable & ~Escapable>(
        from view: borrowing View, except taken: EndpointIndex?, using random: inout RandomSource
    ) -> EndpointIndex? {
        let candidates = view.count - (taken == nil ? 0 : 1)
        guard candidates > 0 else { return nil }
        for _ in 0..<Self.draws {
            var position = random.next(below: candidates)
            if let taken, position >= Int(taken.rawValue) { position += 1 }
            let endpoint = EndpointIndex(position)
            if view.isEligible(endpoint) { return endpoint }
        }
        return count(from: view, except: taken, using: &random)
    }

    private func count<View: EndpointView & ~Copyable & ~Escapable>(
        from view: borrowing View, except taken: EndpointIndex?, using random: inout RandomSource
    ) -> EndpointIndex? {
        var seen = 0
        var chosen: EndpointIndex?
        for position in 0..<view.count {
            let endpoint = EndpointIndex(position)
            guard endpoint != taken, view.isEligible(endpoint) else { continue }
            seen += 1
            // The n-th takes the place of the one before with a chance of 1/n: each is chosen
            // with the same chance, in one walk, though eligibility may change under it.
            if random.next(below: seen) == 0 { chosen = endpoint }
        }
        return chosen
    }
}
