import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// One route, compiled: what becomes of the requests that it takes.
public final class Route: Sendable {
    /// What answers a request.
    public enum Action: Sendable {
        case upstream(UpstreamIndex)
        case respond(FixedReply)
        case redirect(Redirection)
    }

    public let index: RouteIndex
    /// The route as metrics and logs call it: its first host and its path, `*` for any host.
    public let name: String
    public let action: Action
    /// From the end of the request's head to the end of its answer; `Int64.max` for no limit.
    public let timeoutNanoseconds: Int64
    /// Where trusted clients say how long they still wait, and upstreams are told.
    let deadlineField: FieldSelector?
    /// How much its requests matter, unless they say so themselves.
    let priority: Priority
    /// Where trusted peers say how much a request matters.
    let priorityField: FieldSelector?
    let priorityWords: PriorityWords
    /// Whether trusted peers may say it in RFC 9218's Priority field, too.
    let readsUrgency: Bool
    /// What tells its tenants apart; nil: it has none.
    let tenant: TenantKey?
    /// Whether there is more to find out about its requests than the route's own class.
    let classifies: Bool
    /// Whether the upstream's retry rules apply.
    public let isRetryAllowed: Bool
    public let allowsWebsocket: Bool
    /// Which Host the upstream is told.
    public let hostRule: HostRule
    /// What is done to the fields of requests.
    public let requestRules: FieldRules
    /// What is done to the fields of responses.
    public let responseRules: FieldRules
    /// nil: as the listener says.
    let ambiguousPaths: AmbiguousPaths?
    let conditions: RouteConditions
    let rewrite: RouteRewrite?
    /// How many requests it takes; nil for as many as come.
    public let rateLimiter: RateLimiter?
    /// The same, to be lent without a retain.
    let lentRateLimiter: Unmanaged<RateLimiter>?

    /// Of this route alone; nil for none.
    let breaker: BreakerBoard?
    /// The same, to be lent without a retain.
    let lentBreaker: Unmanaged<BreakerBoard>?

    init(
        _ settings: RouteSettings, index: RouteIndex, rateLimiter: RateLimiter?,
        tenantSeed: UInt64, breaker: BreakerBoard?, upstreamIndex: (String) -> UpstreamIndex,
        hostRule: (String) -> HostRule
    ) {
        self.index = index
        self.rateLimiter = rateLimiter
        self.breaker = breaker
        lentBreaker = breaker.map(Unmanaged.passUnretained)
        lentRateLimiter = rateLimiter.map(Unmanaged.passUnretained)
        switch settings.action {
        case .upstream(let name):
            action = .upstream(upstreamIndex(name))
            self.hostRule = hostRule(name)
        case .respond(let answer):
            action = .respond(FixedReply(answer))
            self.hostRule = hostRule("")
        case .redirect(let answer):
            action = .redirect(Redirection(answer))
            self.hostRule = hostRule("")
        }
        name = Route.name(of: settings)
        timeoutNanoseconds = settings.timeout?.wholeNanoseconds ?? .max
        deadlineField = settings.deadlineHeader.map { FieldSelector($0) }
        priority = settings.priority
        priorityField = settings.priorityHeader.map { FieldSelector($0) }
        priorityWords = PriorityWords(
            settings.priorityMap.map { (value: $0.value, priority: $0.priority) })
        readsUrgency = settings.readsUrgency
        tenant = settings.tenant.map { TenantKey($0, seed: tenantSeed) }
        classifies = tenant != nil || priorityField != nil || readsUrgency
        isRetryAllowed = settings.isRetryAllowed
        allowsWebsocket = settings.upgrades.contains(.websocket)
        requestRules = FieldRules(settings.requestHeaders)
        responseRules = FieldRules(settings.responseHeaders)
        ambiguousPaths = settings.ambiguousPaths
        conditions = RouteConditions(settings)
        rewrite = settings.rewritePrefix.map { RouteRewrite(settings.path, replacement: $0) }
    }

    static func name(of settings: RouteSettings) -> String {
        let host =
            switch settings.hosts.first {
            case .exact(let name): name
            case .wildcard(let suffix): "*" + suffix
            case nil: "*"
            }
        switch settings.path {
        case .exact(let path): return host + "=" + path
        case .prefix(let path): return host + path
        }
    }
}

extension HostRule {
    public convenience init(_ upstream: UpstreamSettings) {
        switch upstream.host {
        case .keep: self.init(upstream.authority, replaces: false)
        case .upstream: self.init(upstream.authority, replaces: true)
        case .name(let name): self.init(name, replaces: true)
        }
    }
}

extension FieldRules {
    convenience init(_ changes: HeaderChanges) {
        self.init(
            set: changes.set.map { ($0.name, $0.value) },
            add: changes.add.map { ($0.name, $0.value) }, remove: changes.remove)
    }
}
