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
        upstream.breaker = decodeBreaker(breaker) ?? .standard
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

    private func decodeBreaker(_ reader: TableReader) -> BreakerSettings? {
        let failureRatio = reader.ratio("failure_ratio")
        let minimumRequests = reader.integer("minimum_requests")
        let window = reader.duration("window")
        let consecutiveFailures = reader.integer("consecutive_failures")
        let slowCall = reader.optionalDuration("slow_call")
        let slowRatio = reader.ratio("slow_ratio")
        let openFor = reader.duration("open_for")
        let openForMaximum = reader.duration("open_for_maximum")
        let probes = reader.integer("probes")
        let probeTimeout = reader.duration("probe_timeout")
        let ramp = reader.duration("ramp")
        let retryAfterMaximum = reader.duration("retry_after_maximum")
        let isEnforced = isEnforced(reader)
        guard
            isAscending(
                ("open_for", openFor), ("open_for_maximum", openForMaximum), in: reader)
        else { return nil }
        return settings(in: reader) { () throws(SettingsError) in
            try BreakerSettings(
                failureRatio: failureRatio, minimumRequests: minimumRequests, window: window,
                consecutiveFailures: consecutiveFailures, slowCall: slowCall,
                slowRatio: slowRatio, openFor: openFor,
                openForMaximum: reader.contains("open_for_maximum") ? openForMaximum : nil,
                probes: probes, probeTimeout: probeTimeout, ramp: ramp,
                retryAfterMaximum: retryAfterMaximum, isEnforced: isEnforced)
        }
    }

    /// Whether a maximum that stands in the file is at least what it is the maximum of.
    private func isAscending(
        _ floor: (name: String, value: Duration), _ ceiling: (name: String, value: Duration),
        in reader: TableReader
    ) -> Bool {
        guard reader.contains(ceiling.name), ceiling.value < floor.value else { return true }
        reader.problems.error(
            at: reader.valuePosition(of: ceiling.name),
            "\(reader.title(of: ceiling.name)) is \"\(DurationText.write(ceiling.value))\"",
            fix: "it must be at least \(floor.name), which is "
                + "\"\(DurationText.write(floor.value))\"")
        return false
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
        let isEnforced = isEnforced(reader)
        guard
            isAscending(
                ("ejection", ejection), ("ejection_maximum", ejectionMaximum), in: reader)
        else { return nil }
        return settings(in: reader) { () throws(SettingsError) in
            try OutlierSettings(
                consecutiveFailures: consecutiveFailures, ejection: ejection,
                ejectionMaximum: reader.contains("ejection_maximum")
                    ? ejectionMaximum : max(ejectionMaximum, ejection),
                shareMaximum: shareMaximum, isEnforced: isEnforced)
        }
    }
}
