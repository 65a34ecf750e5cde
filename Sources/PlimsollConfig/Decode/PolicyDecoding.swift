import PlimsollCore
import PlimsollPolicy

/// Fills in the settings of the policies, which live beside the policies.
extension UpstreamDecoder {
    func decodePolicies(into upstream: inout UpstreamSettings, map: inout SourceMap.Upstream) {
        let bulkhead = table.table("bulkhead")
        note(
            bulkhead, ["concurrency", "queue", "queue_timeout", "per_endpoint"],
            prefix: "bulkhead", in: &map)
        upstream.bulkhead = decodeBulkhead(bulkhead) ?? .standard
        let limit = table.table("limit")
        note(limit, ["initial", "minimum", "maximum"], prefix: "limit", in: &map)
        let limitSettings = decodeLimit(limit)
        upstream.limit = limit.isPresent ? limitSettings : nil
        upstream.queue =
            decodeQueue(
                table.table("queue"), isLimited: upstream.limit?.isEnforced ?? false) ?? .standard
        let breaker = table.table("breaker")
        note(
            breaker, ["slow_call", "slow_ratio", "minimum_requests", "open_for"],
            prefix: "breaker", in: &map)
        upstream.breaker = breaker.breaker() ?? .standard
        let retry = table.table("retry")
        note(
            retry, ["attempts", "on", "hedge_after", "budget_ratio"], prefix: "retry", in: &map)
        upstream.retry = decodeRetry(retry) ?? .standard
        let health = table.table("health")
        note(health, ["timeout", "interval"], prefix: "health", in: &map)
        // Decoded even when it is not there, so that nothing but its presence depends on it.
        let settings = decodeHealth(health)
        upstream.health = health.isPresent ? settings : nil
        let outlier = table.table("outlier")
        if let settings = decodeOutlier(outlier) {
            upstream.outlier = settings
            if outlier.isPresent { map.keys["outlier"] = outlier.position }
        }
        upstream.expected = decodeExpected(table.table("expected"))
    }

    private func decodeExpected(_ reader: TableReader) -> ExpectedLoad {
        ExpectedLoad(
            perSecond: reader.number("rate", in: 0.001...1_000_000),
            latency: reader.optionalDuration("latency"))
    }

    func isEnforced(_ reader: TableReader) -> Bool { reader.choice("mode") == "enforce" }

    private func decodeBulkhead(_ reader: TableReader) -> BulkheadSettings? {
        let concurrency = reader.integer("concurrency")
        let queue = reader.integer("queue")
        let queueTimeout = reader.duration("queue_timeout")
        let perEndpoint = reader.optionalInteger("per_endpoint")
        let isEnforced = isEnforced(reader)
        return settings(in: reader) { () throws(SettingsError) in
            try BulkheadSettings(
                concurrency: concurrency, queue: queue, queueTimeout: queueTimeout,
                perEndpoint: perEndpoint, isEnforced: isEnforced)
        }
    }

    private func decodeLimit(_ reader: TableReader) -> LimitSettings? {
        let algorithm = LimitAlgorithm(rawValue: reader.choice("algorithm")) ?? .standard
        let minimum = reader.integer("minimum")
        let maximum = reader.integer("maximum")
        let initial = reader.integer("initial")
        let windowMinimum = reader.duration("window_minimum")
        let windowMaximum = reader.duration("window_maximum")
        let isEnforced = isEnforced(reader)
        return settings(in: reader) { () throws(SettingsError) in
            try LimitSettings(
                algorithm: algorithm,
                // Whoever bounds the limit and says no more wants it to begin within the bounds.
                initial: reader.contains("initial")
                    ? initial : max(minimum, min(maximum, initial)),
                minimum: minimum, maximum: maximum,
                windowMinimum: reader.contains("window_minimum")
                    ? windowMinimum : min(windowMinimum, windowMaximum),
                windowMaximum: reader.contains("window_maximum")
                    ? windowMaximum : max(windowMaximum, windowMinimum),
                isEnforced: isEnforced)
        }
    }

    private func decodeQueue(_ reader: TableReader, isLimited: Bool) -> QueueSettings? {
        let standard: QueueDiscipline = isLimited ? .adaptive : .fifo
        let discipline = reader.optionalChoice("discipline").flatMap(QueueDiscipline.init)
        let target = reader.optionalDuration("target")
        let interval = reader.duration("interval")
        return settings(in: reader) { () throws(SettingsError) in
            try QueueSettings(
                discipline: discipline ?? standard, target: target, interval: interval)
        }
    }

    private func decodeHealth(_ reader: TableReader) -> HealthSettings? {
        let path = reader.string("path")
        let interval = reader.duration("interval")
        let timeout = reader.duration("timeout")
        let rise = reader.integer("rise")
        let fall = reader.integer("fall")
        let isEnforced = isEnforced(reader)
        return settings(in: reader) { () throws(SettingsError) in
            try HealthSettings(
                path: path, interval: interval, timeout: timeout, rise: rise, fall: fall,
                isEnforced: isEnforced)
        }
    }

    private func decodeOutlier(_ reader: TableReader) -> OutlierSettings? {
        let consecutiveFailures = reader.integer("consecutive_failures")
        let ejection = reader.duration("ejection")
        let ejectionMaximum = reader.duration("ejection_maximum")
        let shareMaximum = reader.ratio("share_maximum")
        let compareEvery = reader.duration("compare_every")
        let minimumRequests = reader.integer("minimum_requests")
        let minimumEndpoints = reader.integer("minimum_endpoints")
        let failureExcess = reader.ratio("failure_excess")
        let slowFactor = reader.integer("slow_factor")
        let isEnforced = isEnforced(reader)
        guard
            reader.isAscending(("ejection", ejection), ("ejection_maximum", ejectionMaximum))
        else { return nil }
        return settings(in: reader) { () throws(SettingsError) in
            try OutlierSettings(
                consecutiveFailures: consecutiveFailures, ejection: ejection,
                ejectionMaximum: reader.contains("ejection_maximum")
                    ? ejectionMaximum : max(ejectionMaximum, ejection),
                shareMaximum: shareMaximum, compareEvery: compareEvery,
                minimumRequests: minimumRequests, minimumEndpoints: minimumEndpoints,
                failureExcess: failureExcess, slowFactor: slowFactor, isEnforced: isEnforced)
        }
    }
}
