/// How an upstream's endpoints are asked whether they are well. Without settings none is asked.
public struct HealthSettings: Equatable, Sendable {
    /// The path of the GET; nil: a connection that opens is answer enough.
    public let path: String?
    /// Time from one question to the next, give or take a tenth. 10 ms to a day.
    public let interval: Duration
    /// Longest wait for the answer. 1 ms to a day.
    public let timeout: Duration
    /// Good answers in a row that make an unhealthy endpoint healthy. 1 to 100.
    public let rise: Int
    /// Bad answers in a row that make a healthy endpoint unhealthy. 1 to 100.
    public let fall: Int
    /// False: answers are not asked for (`mode = "off"`).
    public let isEnforced: Bool

    /// - 5 s apart, 2 good or 3 bad in a row: an outage is noticed within 15 s at a fifth of a
    ///   request a second; passive checks are there for what must be faster.
    /// - 1 s to answer: a health page that needs longer is unwell.
    public static let standard = HealthSettings()

    private init() {
        path = nil
        interval = .seconds(5)
        timeout = .seconds(1)
        rise = 2
        fall = 3
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        path: String? = nil, interval: Duration = standard.interval,
        timeout: Duration = standard.timeout, rise: Int = standard.rise,
        fall: Int = standard.fall, isEnforced: Bool = true
    ) throws(SettingsError) {
        if let path { try Self.check(path: path) }
        guard interval >= .milliseconds(10) && interval <= SettingsCheck.waitMaximum else {
            throw SettingsError(key: "interval", value: "\(interval)", rule: "10ms to 24h")
        }
        try SettingsCheck.wait(timeout, key: "timeout")
        try SettingsCheck.count(rise, in: 1...100, key: "rise")
        try SettingsCheck.count(fall, in: 1...100, key: "fall")
        self.path = path
        self.interval = interval
        self.timeout = timeout
        self.rise = rise
        self.fall = fall
        self.isEnforced = isEnforced
    }

    /// The path goes into a request line as it is, so nothing may end that line early.
    private static func check(path: String) throws(SettingsError) {
        let isTarget = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }
        guard path.utf8.first == 0x2F && isTarget && path.utf8.count <= 1_024 else {
            throw SettingsError(
                key: "path", value: "\"\(path)\"",
                rule: "a path of at most 1024 visible ASCII characters that begins with /")
        }
    }
}
