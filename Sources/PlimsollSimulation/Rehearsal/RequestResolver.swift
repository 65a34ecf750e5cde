import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy
import PlimsollProxy

/// Asks the real parser and the real routes what becomes of a request.
struct RequestResolver: ~Copyable {
    private var parser = HeadParser(fieldCountMaximum: 100)
    private let plan: ProxyPlan
    private let scratch: UnsafeMutableRawBufferPointer

    init(_ plan: ProxyPlan) {
        self.plan = plan
        scratch = .allocate(byteCount: 1 << 18, alignment: 16)
    }

    deinit {
        scratch.deallocate()
    }

    /// What the route of the request that was resolved last says of its priority.
    private(set) var priority = Priority.standard

    /// The route that takes a request; nil when none does, or it is no request that is forwarded.
    mutating func route(
        method: String, host: String, target: String, headers: [HeaderChanges.Field] = []
    ) -> Route? {
        priority = .standard
        var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
        for field in headers { text += "\(field.name): \(field.value)\r\n" }
        let bytes = Array((text + "\r\n").utf8)
        var scanned = 0
        guard
            case .complete(let head) = parser.parseRequest(
                bytes.span, scanned: &scanned, limits: HeadLimits(headBytesMaximum: 60 << 10))
        else { return nil }
        var writer = ByteWriter(scratch)
        let match = plan.routes.match(
            head, fields: parser.fields, bytes: bytes.span, isSecure: false,
            ambiguousPaths: plan.listeners.first?.ambiguousPaths ?? .refuse, scratch: &writer)
        guard case .route(let index, _) = match else { return nil }
        let route = plan.routes[index]
        priority = route.priority(of: parser.fields, bytes: bytes.span)
        return route
    }

    /// What is known of a request of this kind before it comes.
    mutating func kind(_ settings: TrafficClass, objective: Duration) -> TrafficKind {
        let route = route(
            method: settings.method, host: settings.host, target: settings.path,
            headers: settings.headers)
        let method = Array(settings.method.utf8)
        var kind = Self.kind(
            name: settings.name, route: route, isIdempotent: Method(method.span).isIdempotent,
            priority: Self.priority(settings.priority) ?? priority)
        // Limits by client tell them apart even where a queue does not.
        let isSomebody = settings.tenant != nil || settings.tenants > 1 || kind.hasTenants
        kind.tenant = isSomebody ? TrafficKind.tenant(settings.tenant ?? settings.name, 0) : 0
        kind.tenantCount = settings.tenants
        kind.clientTimeoutNanoseconds = settings.timeout.wholeNanoseconds
        kind.clientRetries = settings.retries
        kind.backoffNanoseconds = settings.backoff.wholeNanoseconds
        kind.heedsRetryAfter = settings.heedsRetryAfter
        kind.objectiveNanoseconds = (settings.objective ?? objective).wholeNanoseconds
        kind.service = settings.service.map(ServiceTime.init)
        return kind
    }

    static func kind(
        name: String, route: Route?, isIdempotent: Bool, priority: Priority?
    ) -> TrafficKind {
        var fate = TrafficKind.Fate.answeredHere
        if case .upstream(let upstream)? = route?.action { fate = .upstream(upstream) }
        return TrafficKind(
            name: name, fate: fate, route: route,
            timeoutNanoseconds: route?.timeoutNanoseconds ?? .max,
            isRetryAllowed: route?.isRetryAllowed ?? false, isIdempotent: isIdempotent,
            priority: priority ?? .standard, tenant: 0, tenantCount: 1,
            clientTimeoutNanoseconds: 1_000_000_000, clientRetries: 0, backoffNanoseconds: 0,
            heedsRetryAfter: false, objectiveNanoseconds: 100_000_000)
    }

    static func priority(_ label: String?) -> Priority? {
        Priority.allCases.first { "\($0.label)" == label }
    }
}

extension ServiceTime {
    init(_ settings: TrafficService) {
        switch settings {
        case .constant(let mean): self = .constant(nanoseconds: mean.wholeNanoseconds)
        case .exponential(let mean): self = .exponential(meanNanoseconds: mean.wholeNanoseconds)
        case .lognormal(let mean, let sigma):
            self = .lognormal(meanNanoseconds: mean.wholeNanoseconds, sigma: sigma)
        case .bimodal(let fast, let slow, let share):
            self = .bimodal(
                fastNanoseconds: fast.wholeNanoseconds, slowNanoseconds: slow.wholeNanoseconds,
                slowShare: share)
        }
    }
}
