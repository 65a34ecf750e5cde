/// Tells whether a route can get any request at all.
enum RouteOverlap {
    /// Whether `earlier`, which stands before `route` in the file, gets every request that
    /// `route` takes. A route that is more specific (by host, path or number of conditions) comes
    /// first wherever it stands, so this takes the same path, the same fields and at least the
    /// same hosts and methods.
    static func isHidden(_ route: RouteSettings, behind earlier: RouteSettings) -> Bool {
        guard route.path == earlier.path, Set(route.headers) == Set(earlier.headers),
            route.hosts.isEmpty == earlier.hosts.isEmpty,
            route.methods.isEmpty == earlier.methods.isEmpty,
            soleScheme(route) == soleScheme(earlier)
        else { return false }
        return Set(route.hosts).isSubset(of: earlier.hosts)
            && Set(route.methods).isSubset(of: earlier.methods)
    }

    /// A redirect to another scheme leaves requests that came by it to other routes.
    private static func soleScheme(_ route: RouteSettings) -> String? {
        if case .redirect(let redirect) = route.action { redirect.soleScheme } else { nil }
    }
}
