/// Tells whether a route can get any request that another has not taken before it.
enum RouteOverlap {
    /// Whether `other` takes every request that `route` takes, being just as specific.
    static func takesAll(of route: RouteSettings, _ other: RouteSettings) -> Bool {
        guard route.path == other.path else { return false }
        guard Set(route.hosts) == Set(other.hosts) else { return false }
        guard Set(route.headers) == Set(other.headers) else { return false }
        return other.methods.isEmpty && route.methods.isEmpty
            || !route.methods.isEmpty && Set(route.methods).isSubset(of: other.methods)
    }
}
