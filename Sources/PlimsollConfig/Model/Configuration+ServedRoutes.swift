extension Configuration {
    /// The routes, each with what its upstream says where it says nothing itself.
    public var servedRoutes: [RouteSettings] {
        routes.map { route in
            guard route.tenant == nil, case .upstream(let name) = route.action else { return route }
            var route = route
            route.tenant = upstreams.first { $0.name == name }?.tenant
            return route
        }
    }
}
