/// All that one configuration file says, with every default filled in. What comes out of
/// ``ConfigurationLoader`` has passed every check, so nobody below checks again.
public struct Configuration: Sendable, Equatable {
    public var server: ServerSettings
    public var admin: AdminSettings
    /// At least one; no two share an address or a name.
    public var listeners: [ListenerSettings]
    /// In the order of the file, which decides between routes that are equally specific. At least
    /// one; each names an upstream that exists.
    public var routes: [RouteSettings]
    /// In the order of the file, names are unique; each has at least one endpoint.
    public var upstreams: [UpstreamSettings]
    public var log: LogSettings
    public var drain: DrainSettings

    public init(
        server: ServerSettings = ServerSettings(), admin: AdminSettings = AdminSettings(),
        listeners: [ListenerSettings] = [], routes: [RouteSettings] = [],
        upstreams: [UpstreamSettings] = [], log: LogSettings = LogSettings(),
        drain: DrainSettings = DrainSettings()
    ) {
        self.server = server
        self.admin = admin
        self.listeners = listeners
        self.routes = routes
        self.upstreams = upstreams
        self.log = log
        self.drain = drain
    }
}
