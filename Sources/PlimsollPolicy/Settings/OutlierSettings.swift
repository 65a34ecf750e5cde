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
    /// False: no endpoint is ejected (`mode = "off"`).
    public let isEnforced: Bool

    /// - 5 in a row, 10 s, then 20 s, 30 s and so on to 5 minutes: Envoy's shape; 10 s in place
    ///   of 30 s because a restart takes less than that.
    /// - Half of the endpoints: if more than half fail, the fault is not in the endpoints, and
    ///   the breaker is there for that.
    public static let standard = OutlierSettings()

    private init() {
        consecutiveFailures = 5
        ejection = .seconds(10)
        ejectionMaximum = .seconds(300)
        shareMaximum = 0.5
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        consecutiveFailures: Int = standard.consecutiveFailures,
        ejection: Duration = standard.ejection,
        ejectionMaximum: Duration = standard.ejectionMaximum,
        shareMaximum: Double = standard.shareMaximum, isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.count(
            consecutiveFailures, in: 1...1_000_000, key: "consecutive_failures")
        try SettingsCheck.wait(ejection, key: "ejection")
        try SettingsCheck.wait(ejectionMaximum, key: "ejection_maximum")
        try SettingsCheck.ascending(
            ejectionMaximum, atLeast: ejection, key: "ejection_maximum", floorKey: "ejection")
        try SettingsCheck.share(shareMaximum, key: "share_maximum")
        self.consecutiveFailures = consecutiveFailures
        self.ejection = ejection
        self.ejectionMaximum = ejectionMaximum
        self.shareMaximum = shareMaximum
        self.isEnforced = isEnforced
    }
}
