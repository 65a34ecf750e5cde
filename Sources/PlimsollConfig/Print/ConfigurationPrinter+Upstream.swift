import PlimsollPolicy

extension UpstreamSettings {
    func print(to writer: inout TomlWriter) {
        let title = "upstream.\(TomlWriter.key(name))"
        writer.header("[\(title)]")
        writer.write("endpoints", strings: endpoints.map(\.text))
        writer.write("balance", string: balance.rawValue)
        writer.write("host", string: host.text)
        writer.write("slow_start", duration: fitness.slowStart)
        writer.write("panic_share", RatioText.write(fitness.panicShare))
        writer.write("idle_connections", "\(idleConnectionsMaximum)")
        if let tenant { tenant.print(to: &writer) }
        writer.write("timeouts.connect", duration: timeouts.connect)
        writer.write("timeouts.response", duration: timeouts.response)
        writer.write("timeouts.idle", duration: timeouts.idle)
        writer.header("[\(title).bulkhead]")
        bulkhead.print(to: &writer)
        if let limit {
            writer.header("[\(title).limit]")
            limit.print(to: &writer)
        }
        writer.header("[\(title).queue]")
        queue.print(to: &writer)
        writer.header("[\(title).breaker]")
        breaker.print(to: &writer)
        writer.header("[\(title).retry]")
        retry.print(to: &writer)
        if let health {
            writer.header("[\(title).health]")
            health.print(to: &writer)
        }
        writer.header("[\(title).outlier]")
        outlier.print(to: &writer)
        if expected != ExpectedLoad() {
            writer.header("[\(title).expected]")
            if let rate = expected.perSecond { writer.write("rate", "\(rate)") }
            if let latency = expected.latency { writer.write("latency", duration: latency) }
        }
    }
}

extension TomlWriter {
    fileprivate mutating func write(mode isEnforced: Bool) {
        write("mode", string: isEnforced ? "enforce" : "off")
    }
}

extension BulkheadSettings {
    fileprivate func print(to writer: inout TomlWriter) {
        writer.write(mode: isEnforced)
        writer.write("concurrency", "\(concurrency)")
        writer.write("queue", "\(queue)")
        writer.write("queue_timeout", duration: queueTimeout)
        if let perEndpoint { writer.write("per_endpoint", "\(perEndpoint)") }
    }
}

extension LimitSettings {
    fileprivate func print(to writer: inout TomlWriter) {
        writer.write(mode: isEnforced)
        writer.write("algorithm", string: algorithm.rawValue)
        writer.write("initial", "\(initial)")
        writer.write("minimum", "\(minimum)")
        writer.write("maximum", "\(maximum)")
        writer.write("window_minimum", duration: windowMinimum)
        writer.write("window_maximum", duration: windowMaximum)
    }
}

extension QueueSettings {
    fileprivate func print(to writer: inout TomlWriter) {
        writer.write("discipline", string: discipline.rawValue)
        if let target { writer.write("target", duration: target) }
        writer.write("interval", duration: interval)
    }
}

extension BreakerSettings {
    /// - Parameter prefix: what stands before each key.
    func print(to writer: inout TomlWriter, prefix: String = "") {
        writer.write(prefix + "mode", string: isEnforced ? "enforce" : "off")
        writer.write(prefix + "failure_ratio", RatioText.write(failureRatio))
        writer.write(prefix + "minimum_requests", "\(minimumRequests)")
        writer.write(prefix + "window", duration: window)
        if let consecutiveFailures {
            writer.write(prefix + "consecutive_failures", "\(consecutiveFailures)")
        }
        if let slowCall {
            writer.write(prefix + "slow_call", duration: slowCall)
            writer.write(prefix + "slow_ratio", RatioText.write(slowRatio))
        }
        writer.write(prefix + "open_for", duration: openFor)
        writer.write(prefix + "open_for_maximum", duration: openForMaximum)
        writer.write(prefix + "probes", "\(probes)")
        writer.write(prefix + "probe_timeout", duration: probeTimeout)
        writer.write(prefix + "ramp", duration: ramp)
        writer.write(prefix + "retry_after_maximum", duration: retryAfterMaximum)
    }
}

extension RetrySettings {
    fileprivate func print(to writer: inout TomlWriter) {
        writer.write(mode: isEnforced)
        writer.write("attempts", "\(retries)")
        writer.write("on", strings: conditions.words)
        writer.write("budget_ratio", RatioText.write(budgetRatio))
        writer.write("budget_minimum_per_second", "\(budgetMinimumPerSecond)")
        if case .after(let duration) = hedgeAfter {
            writer.write("hedge_after", duration: duration)
        } else if let word = hedgeAfter.word {
            writer.write("hedge_after", string: word)
        }
        writer.write("backoff", duration: backoff)
        writer.write("retry_after_maximum", duration: retryAfterMaximum)
    }
}

extension RetryConditions {
    /// The list as a file has it.
    fileprivate var words: [String] {
        (connectFailure ? ["connect-failure"] : [])
            + (resetBeforeResponse ? ["reset-before-response"] : [])
            + Self.statusRange.filter(contains(status:)).map(String.init)
    }
}

extension HealthSettings {
    fileprivate func print(to writer: inout TomlWriter) {
        writer.write(mode: isEnforced)
        if let path { writer.write("path", string: path) }
        writer.write("interval", duration: interval)
        writer.write("timeout", duration: timeout)
        writer.write("rise", "\(rise)")
        writer.write("fall", "\(fall)")
    }
}

extension OutlierSettings {
    fileprivate func print(to writer: inout TomlWriter) {
        writer.write(mode: isEnforced)
        writer.write("consecutive_failures", "\(consecutiveFailures)")
        writer.write("ejection", duration: ejection)
        writer.write("ejection_maximum", duration: ejectionMaximum)
        writer.write("share_maximum", RatioText.write(shareMaximum))
        writer.write("compare_every", duration: compareEvery)
        writer.write("minimum_requests", "\(minimumRequests)")
        writer.write("minimum_endpoints", "\(minimumEndpoints)")
        writer.write("failure_excess", RatioText.write(failureExcess))
        writer.write("slow_factor", "\(slowFactor)")
    }
}
