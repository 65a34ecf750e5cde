import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

/// What the routes say to a request.
public enum RouteMatch: Equatable, Sendable {
    /// A route takes it.
    /// - Parameter path: the path to forward, in the scratch writer; empty: as received.
    case route(RouteIndex, path: ByteRange)
    /// No route of this host takes it. Answer 404.
    case notFound
    /// No route is for this host. Answer 421.
    case misdirected
    /// Its path may be read differently by an upstream. Answer 400.
    case ambiguous(AmbiguousSpelling)
}

/// All routes of a configuration, compiled. Immutable, shared by all loops.
///
/// The order: the most specific host first (exact, then the longest wildcard, then any); of its
/// routes an exact path first, then the longest prefix; of the same path the one with the most
/// conditions, then the first in the file. Where none of a host's routes takes a request, those of
/// less specific hosts are asked.
public final class RouteTable: Sendable {
    private struct Group {
        var nodes: Range<Int>
        /// The next less specific group, or -1.
        var next = HostIndex.none
        /// Any route from here on looks at paths: they must be in normal form.
        var looksAtPaths: Bool
    }

    public let routes: [Route]
    /// The same routes, to be lent without a retain, which would be a write to memory that all
    /// loops share. `routes` keeps them alive.
    private let lent: [Unmanaged<Route>]
    private let hosts: HostIndex
    private let matcher: PathMatcher
    private let groups: [Group]
    /// A bit for each route that has conditions, so that most are not looked up.
    private let hasConditions: [Bool]

    /// - Parameters:
    ///   - settings: checked by the configuration; at most 65,535.
    ///   - rateLimiters: one for each route, nil where it has none.
    ///   - tenantSeed: of the hash of tenants, the same for all routes, so that a tenant is one
    ///     and the same to an upstream of several; from the system's entropy where clients are
    ///     real.
    ///   - upstreamIndex: where an upstream of that name is.
    ///   - upstreams: whose Host is told as they wish; others are told the client's.
    public convenience init(
        _ settings: [RouteSettings], upstreams: [UpstreamSettings] = [],
        rateLimiters: [RateLimiter?], tenantSeed: UInt64 = 0,
        upstreamIndex: (String) -> UpstreamIndex
    ) {
        self.init(
            settings, upstreams: upstreams, rateLimiters: rateLimiters,
            breakers: Array(repeating: nil, count: settings.count), tenantSeed: tenantSeed,
            upstreamIndex: upstreamIndex)
    }

    /// - Parameter breakers: one for each route, nil where it has none.
    init(
        _ settings: [RouteSettings], upstreams: [UpstreamSettings],
        rateLimiters: [RateLimiter?], breakers: [BreakerBoard?], tenantSeed: UInt64,
        upstreamIndex: (String) -> UpstreamIndex
    ) {
        precondition(settings.count <= Int(UInt16.max), "there are too many routes")
        let hostRules = Dictionary(
            upstreams.map { ($0.name, HostRule($0)) }, uniquingKeysWith: { first, _ in first })
        let plainRule = HostRule("localhost", replaces: false)
        let routes = settings.indices.map {
            Route(
                settings[$0], index: RouteIndex(rawValue: UInt16($0)),
                rateLimiter: rateLimiters[$0], tenantSeed: tenantSeed, breaker: breakers[$0],
                upstreamIndex: upstreamIndex, hostRule: { hostRules[$0] ?? plainRule })
        }
        self.routes = routes
        lent = routes.map(Unmanaged.passUnretained)
        hasConditions = routes.map { !$0.conditions.isEmpty }
        let order = RouteTable.hostOrder(settings)
        var matcher = PathMatcher()
        var groups: [Group] = []
        for host in order {
            var members = settings.indices.filter {
                host.map(settings[$0].hosts.contains) ?? settings[$0].hosts.isEmpty
            }
            // Stable: `sort` keeps the order of the file among equals.
            members.sort { routes[$0].conditions.weight > routes[$1].conditions.weight }
            let looksAtPaths = members.contains {
                settings[$0].path != .prefix("/") || settings[$0].rewritePrefix != nil
            }
            let paths = members.map { (settings[$0].path, routes[$0].index) }
            let next = order[..<groups.count].lastIndex { RouteTable.covers($0, host) }
            groups.append(
                Group(
                    nodes: matcher.add(paths), next: next ?? HostIndex.none,
                    looksAtPaths: looksAtPaths || next.map { groups[$0].looksAtPaths } ?? false))
        }
        self.matcher = matcher
        self.groups = groups
        let names = order.indices.compactMap { index in order[index].map { ($0, index) } }
        hosts = HostIndex(names, anyGroup: order.firstIndex(of: nil) ?? HostIndex.none)
    }

    public subscript(index: RouteIndex) -> Route { routes[Int(index.rawValue)] }

    /// A route for the length of a call.
    @inline(__always)
    func lend(_ index: RouteIndex) -> Unmanaged<Route> { lent[Int(index.rawValue)] }

    /// Finds the route for a request, and the path to forward.
    ///
    /// - Parameters:
    ///   - bytes: what `head` and `fields` were parsed from.
    ///   - isSecure: the request came by `https`, to us or to a trusted peer.
    ///   - ambiguousPaths: the listener's; a route's own comes before it.
    ///   - scratch: an empty writer with room for the path twice and a route's `rewrite_prefix`
    ///     (1 KiB at most). The path to forward is in it if it is not the one received.
    public func match(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>, isSecure: Bool,
        ambiguousPaths: AmbiguousPaths, scratch: inout ByteWriter
    ) -> RouteMatch {
        let group = hosts.group(for: bytes.extracting(head.authority.indices))
        guard group >= 0 else { return .misdirected }
        let received = bytes.extracting(head.path.indices)
        if received.isEmpty || received[0] != 0x2F || !groups[group].looksAtPaths {
            return matchRoot(
                head, fields: fields, bytes: bytes, isSecure: isSecure, group: group,
                scratch: &scratch)
        }
        let form = TargetRules.form(of: received)
        if form == .normal {
            let found = find(
                received, group, head, fields: fields, bytes: bytes, isSecure: isSecure)
            guard found >= 0 else { return .notFound }
            return take(found, path: received, in: .empty, scratch: &scratch)
        }
        return matchUnusual(
            head, form, fields: fields, bytes: bytes, isSecure: isSecure, group: group,
            ambiguousPaths, &scratch)
    }

    /// A path that is not in normal form: what is matched is its normal form.
    @inline(never)
    private func matchUnusual(
        _ head: RequestHead, _ form: PathForm, fields: borrowing FieldList, bytes: Span<UInt8>,
        isSecure: Bool, group: Int, _ ambiguousPaths: AmbiguousPaths, _ scratch: inout ByteWriter
    ) -> RouteMatch {
        if case .ambiguous(let spelling) = form, !spelling.canBeKept {
            return .ambiguous(spelling)
        }
        TargetRules.normalize(bytes.extracting(head.path.indices), into: &scratch)
        let count = scratch.count
        let found = scratch.withWritten {
            find($0, group, head, fields: fields, bytes: bytes, isSecure: isSecure)
        }
        if case .ambiguous(let spelling) = form,
            (found >= 0 ? routes[found].ambiguousPaths : nil) ?? ambiguousPaths == .refuse
        {
            return .ambiguous(spelling)
        }
        guard found >= 0 else { return .notFound }
        let range = ByteRange(from: 0, to: count)
        guard let rewrite = routes[found].rewrite else {
            return .route(routes[found].index, path: range)
        }
        // The path is copied once more, so that writing does not read what it writes to.
        let path = scratch.withWritten { written in
            [UInt8](unsafeUninitializedCapacity: count) { memory, initialized in
                for index in 0..<count { memory.initializeElement(at: index, to: written[index]) }
                initialized = count
            }
        }
        rewrite.write(path.span, into: &scratch)
        return .route(routes[found].index, path: ByteRange(from: count, to: scratch.count))
    }

    /// A request whose path nobody looks at, or which has none: it is at the root, and what was
    /// received is forwarded, but for a rewritten root.
    private func matchRoot(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>, isSecure: Bool,
        group: Int, scratch: inout ByteWriter
    ) -> RouteMatch {
        let root: InlineArray<1, UInt8> = [0x2F]
        let found = find(
            root.span, group, head, fields: fields, bytes: bytes, isSecure: isSecure)
        guard found >= 0 else { return .notFound }
        let isAboutServer = head.method == .options && head.query.isEmpty
        if isAboutServer, head.path.isEmpty || bytes[Int(head.path.start)] == 0x2A {
            return .route(routes[found].index, path: .empty)
        }
        return take(found, path: root.span, in: .empty, scratch: &scratch)
    }

    @inline(__always)
    private func take(
        _ found: Int, path: Span<UInt8>, in range: ByteRange, scratch: inout ByteWriter
    ) -> RouteMatch {
        let route = routes[found]
        guard let rewrite = route.rewrite else {
            return .route(RouteIndex(rawValue: UInt16(found)), path: range)
        }
        let start = scratch.count
        rewrite.write(path, into: &scratch)
        return .route(route.index, path: ByteRange(from: start, to: scratch.count))
    }

    /// The place of the route that takes a path, or -1.
    @inline(__always)
    private func find(
        _ path: Span<UInt8>, _ first: Int, _ head: RequestHead, fields: borrowing FieldList,
        bytes: Span<UInt8>, isSecure: Bool
    ) -> Int {
        var group = first
        while group >= 0 {
            let found = matcher.match(path, in: groups[group].nodes) { index in
                let place = Int(index.rawValue)
                return !hasConditions[place]
                    || routes[place].conditions.hold(
                        head, fields: fields, bytes: bytes, isSecure: isSecure)
            }
            if let found { return Int(found.rawValue) }
            group = groups[group].next
        }
        return -1
    }

    /// Every host that routes name, from the least specific to the most: nil, which is any host,
    /// wildcards from short to long, names.
    private static func hostOrder(_ settings: [RouteSettings]) -> [HostPattern?] {
        var exact: [HostPattern] = []
        var suffixes: Set<String> = []
        var hasAny = false
        for route in settings {
            if route.hosts.isEmpty { hasAny = true }
            for host in route.hosts {
                switch host {
                case .exact: if !exact.contains(host) { exact.append(host) }
                case .wildcard(let suffix): suffixes.insert(suffix)
                }
            }
        }
        let wildcards = suffixes.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
            .map { HostPattern.wildcard(suffix: $0) }
        return (hasAny ? [nil] : []) + wildcards + exact
    }

    /// Whether a less specific pattern takes every host that the other one takes.
    private static func covers(_ pattern: HostPattern?, _ other: HostPattern?) -> Bool {
        guard let pattern else { return true }
        switch (pattern, other) {
        case (.wildcard(let suffix), .exact(let name)):
            return name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count
        case (.wildcard(let suffix), .wildcard(let longer)):
            return longer.hasSuffix(suffix) && longer != suffix
        case (.wildcard, nil), (.exact, _):
            return false
        }
    }
}
