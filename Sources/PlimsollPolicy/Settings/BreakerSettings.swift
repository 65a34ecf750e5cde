/// When a circuit breaker opens, for how long, and how it tries again.
public struct BreakerSettings: Equatable, Sendable {
    /// Opens when failures reach this share of the requests in the window. Above 0, at most 1.
    public let failureRatio: Double
    /// A ratio counts from this many requests in the window on. 1 to 1,000,000.
    public let minimumRequests: Int
    /// How far back ratios look, in ten buckets. 100 ms to an hour.
    public let window: Duration
    /// Opens after this many failures in a row, whatever the window holds. 1 to 1,000,000; nil:
    /// never for that reason.
    public let consecutiveFailures: Int?
    /// A success that took at least this long is slow; nil: none is.
    public let slowCall: Duration?
    /// Opens when slow successes reach this share of the requests in the window.
    public let slowRatio: Double
    /// How long the first opening lasts; each relapse doubles it. 1 ms to a day.
    public let openFor: Duration
    /// The longest opening. At least `openFor`, at most a day.
    public let openForMaximum: Duration
    /// Requests that a half-open breaker lets through; all must succeed. 1 to 32.
    public let probes: Int
    /// A probe without an outcome after this long has failed. 1 ms to a day.
    public let probeTimeout: Duration
    /// After the probes, how long until everything passes; the share grows from a tenth. 0: at
    /// once. At most an hour.
    public let ramp: Duration
    /// How far an upstream's Retry-After puts off the next probes at most. 1 ms to a day.
    public let retryAfterMaximum: Duration
    /// False: everything passes and nothing is recorded (`mode = "off"`).
    public let isEnforced: Bool

    /// Probes in flight are kept in a table in place; a recovery needs a handful.
    public static let probesMaximum = 32

    /// - Four fifths of 20 requests within 10 s. Hystrix's half takes the good half away with the
    ///   bad one: open, a service that answers every second request answers none, where retries
    ///   would have healed most. Against load there are limits; a breaker is for when trying is in
    ///   vain.
    /// - 10 in a row: catches an outage below 2 requests a second, where 20 never fall into one
    ///   window; at a failure rate of 20 % it misfires once in ten million requests.
    /// - Slow calls off: only the operator knows what slow is. 0.8 once it is set: a minority of
    ///   heavy requests is normal.
    /// - Half a second open, then up to a second, where others have 5 s to a minute: what an outage
    ///   costs after it is over is the time until the next probe, and what a probe costs is one
    ///   request. At three probes a second an upstream that is down has rest enough.
    /// - 3 probes: one lucky answer proves nothing, and 3 cannot hurt a weak upstream.
    /// - 10 s for a probe: an upstream that needs longer has not recovered.
    /// - 200 ms of ramp: some tens of answers of a quick service. Limits and slow start hold back
    ///   more where more is due.
    /// - Half a minute for a Retry-After: beyond that it is a guess, and guesses are long.
    public static let standard = BreakerSettings()

    private init() {
        failureRatio = 0.8
        minimumRequests = 20
        window = .seconds(10)
        consecutiveFailures = 10
        slowCall = nil
        slowRatio = 0.8
        openFor = .milliseconds(500)
        openForMaximum = .seconds(1)
        probes = 3
        probeTimeout = .seconds(10)
        ramp = .milliseconds(200)
        retryAfterMaximum = .seconds(30)
        isEnforced = true
    }

    /// - Parameter openForMaximum: nil: the standard one, or `openFor` if that is longer: whoever
    ///   asks for a long opening alone means it.
    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        failureRatio: Double = standard.failureRatio,
        minimumRequests: Int = standard.minimumRequests, window: Duration = standard.window,
        consecutiveFailures: Int? = standard.consecutiveFailures, slowCall: Duration? = nil,
        slowRatio: Double = standard.slowRatio, openFor: Duration = standard.openFor,
        openForMaximum: Duration? = nil, probes: Int = standard.probes,
        probeTimeout: Duration = standard.probeTimeout, ramp: Duration = standard.ramp,
        retryAfterMaximum: Duration = standard.retryAfterMaximum, isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.ratio(failureRatio, key: "failure_ratio")
        try SettingsCheck.count(minimumRequests, in: 1...1_000_000, key: "minimum_requests")
        guard window >= .milliseconds(100) && window <= .seconds(3_600) else {
            throw SettingsError(key: "window", value: "\(window)", rule: "100ms to 1h")
        }
        if let consecutiveFailures {
            try SettingsCheck.count(
                consecutiveFailures, in: 1...1_000_000, key: "consecutive_failures")
        }
        if let slowCall { try SettingsCheck.wait(slowCall, key: "slow_call") }
        try SettingsCheck.ratio(slowRatio, key: "slow_ratio")
        try SettingsCheck.wait(openFor, key: "open_for")
        let openForMaximum = openForMaximum ?? max(Self.standard.openForMaximum, openFor)
        try SettingsCheck.wait(openForMaximum, key: "open_for_maximum")
        try SettingsCheck.ascending(
            openForMaximum, atLeast: openFor, key: "open_for_maximum", floorKey: "open_for")
        try SettingsCheck.count(probes, in: 1...Self.probesMaximum, key: "probes")
        try SettingsCheck.wait(probeTimeout, key: "probe_timeout")
        guard ramp >= .zero && ramp <= .seconds(3_600) else {
            throw SettingsError(key: "ramp", value: "\(ramp)", rule: "0ms to 1h")
        }
        try SettingsCheck.wait(retryAfterMaximum, key: "retry_after_maximum")
        self.failureRatio = failureRatio
        self.minimumRequests = minimumRequests
        self.window = window
        self.consecutiveFailures = consecutiveFailures
        self.slowCall = slowCall
        self.slowRatio = slowRatio
        self.openFor = openFor
        self.openForMaximum = openForMaximum
        self.probes = probes
        self.probeTimeout = probeTimeout
        self.ramp = ramp
        self.retryAfterMaximum = retryAfterMaximum
        self.isEnforced = isEnforced
    }
}
