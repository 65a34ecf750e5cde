import PlimsollCore

/// What balancing sees of an upstream. A small borrowed view over the caller's tables: each answer
/// is a load or two, and nothing is copied for a pick.
public protocol EndpointView: ~Copyable, ~Escapable {
    /// Endpoints there are, eligible or not.
    var count: Int { get }
    /// Whether a request may go there now: healthy, not ejected, breaker willing, below its limit,
    /// and not tried by this request already. The answers of one pick need not agree: another loop
    /// may change them between two questions.
    func isEligible(_ endpoint: EndpointIndex) -> Bool
    /// Requests in flight there.
    func inFlight(_ endpoint: EndpointIndex) -> Int
    func load(_ endpoint: EndpointIndex) -> EndpointLoad
    /// The share of its usual traffic that it is to get: above 0, and below 1 only for a while
    /// after it is new or back.
    func weight(_ endpoint: EndpointIndex) -> Double
}

extension EndpointIndex {
    init(_ position: Int) {
        self.init(rawValue: UInt16(truncatingIfNeeded: position))
    }
}
