import PlimsollCore
import PlimsollPolicy

/// One `[upstream.NAME]`: a service, where it runs, and how much it is given to carry.
public struct UpstreamSettings: Sendable, Equatable {
    /// Letters, digits, `-`, `_` and `.`, at most 64.
    public var name: String
    /// At least one, all different.
    public var endpoints: [EndpointSettings]
    public var balance = BalanceKind.standard
    public var host = HostHeader.keep
    public var fitness = FitnessSettings.standard

    public var timeouts = TimeoutSettings.standard
    /// Unused connections kept per endpoint and loop. From 0 (none is kept) to 10,000.
    public var idleConnectionsMaximum = 256

    public var bulkhead = BulkheadSettings.standard
    /// nil: the bulkhead's fixed line alone.
    public var limit: LimitSettings?
    public var queue = QueueSettings.standard
    /// What tells tenants apart where a route does not say; nil: it has none.
    public var tenant: TenantSettings?
    public var breaker = BreakerSettings.standard
    public var retry = RetrySettings.standard
    /// nil: endpoints are not asked, only watched.
    public var health: HealthSettings?
    public var outlier = OutlierSettings.standard
    public var expected = ExpectedLoad()

    public init(name: String, endpoints: [EndpointSettings]) {
        self.name = name
        self.endpoints = endpoints
    }
}

/// What its operator says of an upstream's usual traffic. It decides nothing: `plimsoll check`
/// holds the other settings against it.
public struct ExpectedLoad: Sendable, Equatable {
    /// Requests a second at the peak.
    public var perSecond: Double?
    /// How long an answer takes on a good day.
    public var latency: Duration?

    public init(perSecond: Double? = nil, latency: Duration? = nil) {
        self.perSecond = perSecond
        self.latency = latency
    }
}

/// One place where an upstream runs.
public struct EndpointSettings: Sendable, Hashable {
    public enum Address: Sendable, Hashable {
        case socket(SocketAddress)
        /// A Unix domain socket at this path, 1 to 107 bytes.
        case unix(path: String)
        /// A name that is looked up when the configuration is loaded.
        case name(String, port: UInt16)
    }

    public var address: Address
    /// As the file has it; labels metrics and logs.
    public var text: String

    public init(address: Address, text: String) {
        self.address = address
        self.text = text
    }
}
