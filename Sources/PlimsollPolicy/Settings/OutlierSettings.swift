/// When an endpoint that keeps failing real requests is left out for a while.
public struct OutlierSettings: Equatable, Sendable {
    /// Failures in a row that eject an endpoint. 1 to 1,000,000.
    public let consecutiveFailures: Int
    /// The first ejection; the n-th in close succession lasts n times as long. 1 ms to a day.
    public let ejection: Duration
    /// The longest ejection. At least `ejection`, at most a day.
    public let ejectionMaximum: Duration
    /// Most endpoints that are ejected at once, as a share of all, rounded down but at least one
    /// if there are two; 0: none is.
    public let shareMaximum: Double
    /// How often endpoints are compared with their peers. 100 ms to an hour.
    public let compareEvery: Duration
    /// Requests an endpoint must have ended since the last comparison to take part. 1 to 1,000,000.
    public let minimumRequests: Int
    /// Endpoints that must take part. 2 to 1,000.
    public let minimumEndpoints: Int
    /// Ejects an endpoint that fails this much larger a share of its requests than its peers do.
    /// Above 0, at most 1; 1: never, but for one that fails all while none of the others does.
    public let failureExcess: Double
    /// Ejects an endpoint whose mean latency is so many times that of the median of its peers. At
    /// least 2, at most 1,000,000.
    public let slowFactor: Int
    /// False: no endpoint is ejected (`mode = "off"`).
    public let isEnforced: Bool

    /// - 5 in a row, 10 s, then 20 s, 30 s and so on to 5 minutes: Envoy's shape; 10 s in place
    ///   of 30 s because a restart takes less than that.
    /// - Half of the endpoints: if more than half fail, the fault is not in the endpoints, and
    ///   the breaker is there for that.
    /// - Every 5 s, with 50 requests each and 3 endpoints: fewer say little. Envoy asks for 100 and
    ///   5, and measures the distance in standard deviations, by which one bad endpoint of four
    ///   can never be far enough away.
    /// - 0.3 more failures, or 5 times the latency: what differs by less is balanced, not ejected.
    public static let standard = OutlierSettings()

    private init() {
        consecutiveFailures = 5
        ejection = .seconds(10)
        ejectionMaximum = .seconds(300)
        shareMaximum = 0.5
        compareEvery = .seconds(5)
        minimumRequests = 50
        minimumEndpoints = 3
        failureExcess = 0.3
        slowFactor = 5
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        consecutiveFailures: Int = standard.consecutiveFailures,
        ejection: Duration = standard.ejection,
        ejectionMaximum: Duration = standard.ejectionMaximum,
        shareMaximum: Double = standard.shareMaximum,
        compareEvery: Duration = standard.compareEvery,
        minimumRequests: Int = standard.minimumRequests,
        minimumEndpoints: Int = standard.minimumEndpoints,
        failureExcess: Double = standard.failureExcess, slowFactor: Int = standard.slowFactor,
        isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.count(
            consecutiveFailures, in: 1...1_000_000, key: "consecutive_failures")
        try SettingsCheck.wait(ejection, key: "ejection")
        try SettingsCheck.wait(ejectionMaximum, key: "ejection_maximum")
        try SettingsCheck.ascending(
            ejectionMaximum, atLeast: ejection, key: "ejection_maximum", floorKey: "ejection")
        try SettingsCheck.share(shareMaximum, key: "share_maximum")
        guard compareEvery >= .milliseconds(100) && compareEvery <= .seconds(3_600) else {
            throw SettingsError(
                key: "compare_every", value: "\(compareEvery)", rule: "100ms to 1h")
        }
        try SettingsCheck.count(minimumRequests, in: 1...1_000_000, key: "minimum_requests")
        try SettingsCheck.count(minimumEndpoints, in: 2...1_000, key: "minimum_endpoints")
        try SettingsCheck.ratio(failureExcess, key: "failure_excess")
        try SettingsCheck.count(slowFactor, in: 2...1_000_000, key: "slow_factor")
        self.compareEvery = compareEvery
        self.minimumRequests = minimumRequests
        self.minimumEndpoints = minimumEndpoints
        self.failureExcess = failureExcess
        self.slowFactor = slowFactor
        self.consecutiveFailures = consecutiveFailures
        self.ejection = ejection
        self.ejectionMaximum = ejectionMaximum
        self.shareMaximum = shareMaximum
        self.isEnforced = isEnforced
    }
}
