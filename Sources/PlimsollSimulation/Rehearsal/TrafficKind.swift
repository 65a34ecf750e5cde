import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// Requests that are alike: what the proxy makes of them was found out once, by the real routes.
public struct TrafficKind: Sendable {
    /// Whether the upstream's queue tells tenants apart.
    var hasTenants: Bool { route?.hasTenants ?? false }

    /// What becomes of them.
    public enum Fate: Sendable, Equatable {
        case upstream(UpstreamIndex)
        /// The proxy answers by itself: a fixed answer, a redirect, an error such as 404.
        case answeredHere
    }

    public var name: String
    public var fate: Fate
    /// nil: no route takes them.
    public var route: Route?
    /// `Int64.max` without a route's timeout.
    public var timeoutNanoseconds: Int64
    public var isRetryAllowed: Bool
    public var isIdempotent: Bool
    public var priority: Priority
    /// 0: nobody's in particular.
    public var tenant: UInt32
    /// Each request belongs to one of so many tenants, drawn evenly.
    public var tenantCount: Int
    public var clientTimeoutNanoseconds: Int64
    public var clientRetries: Int
    public var backoffNanoseconds: Int64
    public var heedsRetryAfter: Bool
    public var objectiveNanoseconds: Int64
    /// nil: as the upstream takes.
    public var service: ServiceTime?

    /// A number for a tenant's name that is never 0 (FNV-1a).
    static func tenant(_ name: String, _ number: Int) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in "\(name)-\(number)".utf8 {
            hash = (hash ^ UInt32(byte)) &* 16_777_619
        }
        return max(1, hash)
    }
}
