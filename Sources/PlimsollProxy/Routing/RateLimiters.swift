import PlimsollConfig
import PlimsollCore
import PlimsollPolicy

/// The rate limits of all routes, which outlive a reload: a route whose limit did not change goes
/// on with the buckets it has. One that did begins with full ones.
///
/// Confined to the control thread.
public struct RateLimiters {
    private var known: [String: RateLimiter] = [:]
    private var random: RandomSource

    /// - Parameter seed: of the hashes by which keys are told apart.
    public init(seed: UInt64) {
        random = RandomSource(seed: seed)
    }

    /// One for each route, nil for routes without a limit that is enforced.
    public mutating func adopt(_ routes: [RouteSettings]) -> [RateLimiter?] {
        var next: [String: RateLimiter] = [:]
        var namesakes: [String: Int] = [:]
        let limiters = routes.map { route -> RateLimiter? in
            let name = Route.name(of: route)
            let number = namesakes[name, default: 0]
            namesakes[name] = number + 1
            guard let settings = route.rateLimit, settings.isEnforced else { return nil }
            let key = "\(name) \(number)"
            var limiter = known[key]
            if limiter?.settings != settings {
                limiter = RateLimiter(settings, seed: random.next())
            }
            next[key] = limiter
            return limiter
        }
        known = next
        return limiters
    }
}
