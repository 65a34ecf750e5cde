import PlimsollCore
import PlimsollPolicy

/// A `breaker` table, wherever it stands.
extension TableReader {
    /// A breaker; nil when it is wrong.
    func breaker() -> BreakerSettings? {
        let failureRatio = ratio("failure_ratio")
        let minimumRequests = integer("minimum_requests")
        let window = duration("window")
        let consecutiveFailures = integer("consecutive_failures")
        let slowCall = optionalDuration("slow_call")
        let slowRatio = ratio("slow_ratio")
        let openFor = duration("open_for")
        let openForMaximum = duration("open_for_maximum")
        let probes = integer("probes")
        let probeTimeout = duration("probe_timeout")
        let ramp = duration("ramp")
        let retryAfterMaximum = duration("retry_after_maximum")
        let isEnforced = choice("mode") == "enforce"
        guard isAscending(("open_for", openFor), ("open_for_maximum", openForMaximum)) else {
            return nil
        }
        return settings { () throws(SettingsError) in
            try BreakerSettings(
                failureRatio: failureRatio, minimumRequests: minimumRequests, window: window,
                consecutiveFailures: consecutiveFailures, slowCall: slowCall,
                slowRatio: slowRatio, openFor: openFor,
                openForMaximum: contains("open_for_maximum") ? openForMaximum : nil,
                probes: probes, probeTimeout: probeTimeout, ramp: ramp,
                retryAfterMaximum: retryAfterMaximum, isEnforced: isEnforced)
        }
    }

    /// Whether a maximum that stands in the file is at least what it is the maximum of.
    func isAscending(
        _ floor: (name: String, value: Duration), _ ceiling: (name: String, value: Duration)
    ) -> Bool {
        guard contains(ceiling.name), ceiling.value < floor.value else { return true }
        problems.error(
            at: valuePosition(of: ceiling.name),
            "\(title(of: ceiling.name)) is \"\(DurationText.write(ceiling.value))\"",
            fix: "it must be at least \(floor.name), which is "
                + "\"\(DurationText.write(floor.value))\"")
        return false
    }
}
