/// What a breaker is about; the raw value is its place in counters.
public enum BreakerScope: Int8, CaseIterable, Sendable, BitwiseCopyable {
    case upstream
    /// All endpoints that the upstream has.
    case endpoint
    case route

    /// The scope in metrics, logs and Proxy-Status.
    public var label: StaticString {
        switch self {
        case .upstream: "upstream"
        case .endpoint: "endpoint"
        case .route: "route"
        }
    }
}
