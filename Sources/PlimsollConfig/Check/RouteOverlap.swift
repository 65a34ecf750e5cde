/// Tells whether a route can get any request that an earlier one has not taken.
enum RouteOverlap {
    /// Both take exactly the same requests: the later one is a mistake.
    static func areSame(_ left: RouteSettings, _ right: RouteSettings) -> Bool {
        takesAll(of: left, right) && takesAll(of: right, left)
    }

    /// Whether `other` takes every request that `route` takes. Says no where it cannot tell.
    static func takesAll(of route: RouteSettings, _ other: RouteSettings) -> Bool {
        takesPaths(of: route.path, other.path) && takesHosts(of: route.hosts, other.hosts)
            && Set(other.headers).isSubset(of: route.headers)
            && (other.methods.isEmpty
                || !route.methods.isEmpty && Set(route.methods).isSubset(of: other.methods))
    }

    private static func takesPaths(of path: PathPattern, _ other: PathPattern) -> Bool {
        switch (path, other) {
        case (.exact(let path), .exact(let other)): return path == other
        case (.prefix, .exact): return false
        case (.exact(let path), .prefix(let other)), (.prefix(let path), .prefix(let other)):
            guard path.hasPrefix(other) else { return false }
            return other.hasSuffix("/") || path.utf8.count == other.utf8.count
                || path.dropFirst(other.count).hasPrefix("/")
        }
    }

    private static func takesHosts(of hosts: [HostPattern], _ others: [HostPattern]) -> Bool {
        if others.isEmpty { return true }
        return !hosts.isEmpty
            && hosts.allSatisfy { host in
                others.contains { other in
                    switch (host, other) {
                    case (.exact(let name), .wildcard(let suffix)),
                        (.wildcard(let name), .wildcard(let suffix)):
                        name.hasSuffix(suffix)
                    case (.exact(let name), .exact(let other)): name == other
                    case (.wildcard, .exact): false
                    }
                }
            }
    }
}
