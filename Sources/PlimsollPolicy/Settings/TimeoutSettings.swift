/// How long plimsoll waits for an upstream. Each 1 ms to a day.
public struct TimeoutSettings: Equatable, Sendable {
    /// From the start of a connection to its being open.
    public let connect: Duration
    /// From the end of the request to the head of the response, and between reads of its body.
    public let response: Duration
    /// How long a kept-alive connection may lie unused.
    public let idle: Duration

    /// - 1 s to connect: in one data centre it takes under 10 ms; one lost SYN costs exactly 1 s.
    /// - 30 s to answer: slower pages exist, but they are configured by those who know them.
    /// - 60 s idle: below the 75 s after which common servers close theirs, so that it is mostly
    ///   we who close.
    public static let standard = TimeoutSettings()

    private init() {
        connect = .seconds(1)
        response = .seconds(30)
        idle = .seconds(60)
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        connect: Duration = standard.connect, response: Duration = standard.response,
        idle: Duration = standard.idle
    ) throws(SettingsError) {
        try SettingsCheck.wait(connect, key: "connect")
        try SettingsCheck.wait(response, key: "response")
        try SettingsCheck.wait(idle, key: "idle")
        self.connect = connect
        self.response = response
        self.idle = idle
    }
}
