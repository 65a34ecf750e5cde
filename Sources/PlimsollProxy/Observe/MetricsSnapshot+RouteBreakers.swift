import PlimsollCore
import PlimsollPolicy

extension MetricsSnapshot {
    /// The breakers of routes that have one. Of routes of one name the first stands for all.
    mutating func addRouteBreakers(_ table: RouteTable, at now: Instant) {
        var seen: Set<String> = []
        for route in table.routes {
            guard let breaker = route.breaker, seen.insert(route.name).inserted else { continue }
            let state = breaker.snapshot(at: now).state
            let transitions = breaker.transitionCounts
            for (position, label) in BreakerState.labels.enumerated() {
                let labels = [route.name, label.description]
                add(MetricCatalogue.routeBreakerState, labels, state.position == position)
                add(MetricCatalogue.routeBreakerTransitions, labels, transitions[position])
            }
        }
    }
}
