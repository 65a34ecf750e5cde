/// How an upstream takes endpoints in and what it does when hardly one is left.
public struct FitnessSettings: Equatable, Sendable {
    /// How long an endpoint that is new or back takes to get its whole share; 0: none. At most an
    /// hour.
    public let slowStart: Duration
    /// With fewer than this share of the endpoints healthy and not ejected, all are used; 0:
    /// never.
    public let panicShare: Double

    /// - 5 s of slow start: caches and pools fill, code is compiled.
    /// - A quarter: of up to four endpoints, all must be out. Whoever watches them is wrong then,
    ///   or nothing helps; a breaker, which watches real requests, looks after the latter. With
    ///   more endpoints those that are left could not carry four times their load.
    public static let standard = FitnessSettings()

    private init() {
        slowStart = .seconds(5)
        panicShare = 0.25
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        slowStart: Duration = standard.slowStart, panicShare: Double = standard.panicShare
    ) throws(SettingsError) {
        guard slowStart >= .zero && slowStart <= .seconds(3_600) else {
            throw SettingsError(key: "slow_start", value: "\(slowStart)", rule: "0ms to 1h")
        }
        try SettingsCheck.share(panicShare, key: "panic_share")
        self.slowStart = slowStart
        self.panicShare = panicShare
    }

    /// Whether so few of the endpoints are fit that all are used.
    public func isPanic(fit: Int, of count: Int) -> Bool {
        Double(fit) < panicShare * Double(count)
    }
}
