import PlimsollPolicy

/// One `[[route]]`: which requests it takes, and what becomes of them.
public struct RouteSettings: Sendable, Equatable {
    /// Empty: any host.
    public var hosts: [HostPattern] = []
    public var path: PathPattern
    /// Upper-case tokens; empty: any method. Where `GET` is, `HEAD` is as well.
    public var methods: [String] = []
    /// All of these must hold.
    public var headers: [HeaderMatch] = []

    public var action: RouteAction
    /// Replaces the matched prefix (or the whole path of an exact match); begins with "/".
    public var rewritePrefix: String?
    /// From the end of the request head to the end of the response; nil for no limit.
    public var timeout: Duration?
    /// The field in which trusted clients say how many milliseconds they still wait, in lower case.
    public var deadlineHeader: String?
    /// What is done to the fields of a request before it goes to the upstream.
    public var requestHeaders = HeaderChanges()
    /// What is done to the fields of a response before it goes to the client.
    public var responseHeaders = HeaderChanges()
    /// Whether the upstream's retry rules apply here.
    public var isRetryAllowed = true
    public var upgrades: [UpgradeProtocol] = [.websocket]
    /// nil: as the listener says.
    public var ambiguousPaths: AmbiguousPaths?
    /// How much its requests matter, unless a trusted peer says otherwise.
    public var priority = Priority.standard
    /// The field in which trusted peers say how much a request matters, in lower case.
    public var priorityHeader: String?
    /// What its values mean; empty: they are the classes' names.
    public var priorityMap: [PriorityMapping] = []
    /// Whether trusted peers may say it in RFC 9218's Priority field, too.
    public var readsUrgency = false
    /// What tells its tenants apart; nil: it has none.
    public var tenant: TenantSettings?
    /// How many requests it takes; nil for as many as come.
    public var rateLimit: RateLimitSettings?
    /// Of this route alone, besides those of its upstream and endpoints; nil for none.
    public var breaker: BreakerSettings?
    /// The line of the file on which the route begins, for messages and the status page.
    public var line = 0

    public init(path: PathPattern, action: RouteAction) {
        self.path = path
        self.action = action
    }
}

/// A host that a route takes. Lower case, no port.
public enum HostPattern: Sendable, Hashable {
    case exact(String)
    /// `*.example.com` is held as `.example.com`; it takes any name that ends so and has at least
    /// one label before it.
    case wildcard(suffix: String)
}

/// The paths that a route takes, on the normalised path.
public enum PathPattern: Sendable, Hashable {
    case exact(String)
    /// Whole segments: `/pay` takes `/pay` and `/pay/1`, never `/payments`. With a slash at its
    /// end it takes only what lies below.
    case prefix(String)
}

/// A condition on one request field.
public struct HeaderMatch: Sendable, Hashable {
    public enum Condition: Sendable, Hashable {
        /// One of the field's lines is exactly this.
        case equals(String)
        case present
        case absent
    }

    /// Lower case.
    public var name: String
    public var condition: Condition

    public init(name: String, condition: Condition) {
        self.name = name
        self.condition = condition
    }
}

/// What a connection may be upgraded to.
public enum UpgradeProtocol: Sendable, Equatable {
    case websocket
}
