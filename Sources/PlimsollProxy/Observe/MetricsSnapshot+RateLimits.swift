import PlimsollCore

extension MetricsSnapshot {
    /// What rate limits have counted, by route; routes of one name as one.
    mutating func addRateLimits(_ table: RouteTable, at now: Instant) {
        var names: [String] = []
        var sums: [String: (refused: Int, keys: Int, crowded: Int)] = [:]
        for route in table.routes {
            guard let limiter = route.rateLimiter else { continue }
            if sums[route.name] == nil { names.append(route.name) }
            let before = sums[route.name] ?? (0, 0, 0)
            sums[route.name] = (
                before.refused + limiter.refusedCount, before.keys + limiter.busyKeys(at: now),
                before.crowded + limiter.crowdedCount
            )
        }
        for name in names {
            guard let sum = sums[name] else { continue }
            add(MetricCatalogue.rateLimited, [name], sum.refused)
            add(MetricCatalogue.rateKeys, [name], sum.keys)
            add(MetricCatalogue.rateCrowded, [name], sum.crowded)
        }
    }
}
