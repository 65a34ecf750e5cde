/// The adaptive line of an upstream: how much may be in flight, found by watching what it does.
public struct LimitSettings: Equatable, Sendable {
    public let algorithm: LimitAlgorithm
    /// In flight at once before anything is known. `minimum` to `maximum`.
    public let initial: Int
    /// The limit never falls below this. At least 1.
    public let minimum: Int
    /// The limit never rises above this. At most 1,000,000; the bulkhead bounds it as well.
    public let maximum: Int
    /// Shortest time that samples are gathered for before they are judged. 1 ms to 10 s.
    public let windowMinimum: Duration
    /// Longest time, if there were samples at all. At least `windowMinimum`, at most a minute.
    public let windowMaximum: Duration
    /// False: only the bulkhead counts (`mode = "off"`).
    public let isEnforced: Bool

    /// - 20 at first: few enough that a small service is not buried before the first window is
    ///   judged, enough that doubling reaches hundreds within a second.
    /// - 20 ms to 1 s: within a second a change has been seen, yet no window is so short that
    ///   only the quick answers are in it.
    public static let standard = LimitSettings()

    private init() {
        algorithm = .standard
        initial = 20
        minimum = 1
        maximum = BulkheadSettings.countMaximum
        windowMinimum = .milliseconds(20)
        windowMaximum = .seconds(1)
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        algorithm: LimitAlgorithm = standard.algorithm, initial: Int = standard.initial,
        minimum: Int = standard.minimum, maximum: Int = standard.maximum,
        windowMinimum: Duration = standard.windowMinimum,
        windowMaximum: Duration = standard.windowMaximum, isEnforced: Bool = true
    ) throws(SettingsError) {
        let countMaximum = BulkheadSettings.countMaximum
        try SettingsCheck.count(minimum, in: 1...countMaximum, key: "minimum")
        guard maximum >= minimum && maximum <= countMaximum else {
            throw SettingsError(
                key: "maximum", value: "\(maximum)",
                rule: "\(countMaximum) at most and at least minimum, which is \(minimum)")
        }
        guard initial >= minimum && initial <= maximum else {
            throw SettingsError(
                key: "initial", value: "\(initial)",
                rule: "minimum to maximum, which are \(minimum) and \(maximum)")
        }
        guard windowMinimum >= .milliseconds(1) && windowMinimum <= .seconds(10) else {
            throw SettingsError(
                key: "window_minimum", value: "\(windowMinimum)", rule: "1ms to 10s")
        }
        guard windowMaximum >= windowMinimum && windowMaximum <= .seconds(60) else {
            throw SettingsError(
                key: "window_maximum", value: "\(windowMaximum)",
                rule: "at least window_minimum, which is \(windowMinimum), and at most 60s")
        }
        self.algorithm = algorithm
        self.initial = initial
        self.minimum = minimum
        self.maximum = maximum
        self.windowMinimum = windowMinimum
        self.windowMaximum = windowMaximum
        self.isEnforced = isEnforced
    }
}
