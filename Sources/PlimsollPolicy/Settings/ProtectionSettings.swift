/// When plimsoll refuses requests to stay able to serve the others itself.
public struct ProtectionSettings: Equatable, Sendable {
    /// How long news may wait for their loop before requests are refused. 1 ms to 10 s.
    public let lag: Duration
    /// Share of the memory in use from which requests are refused: of a loop's buffers, and of
    /// what the process may have in all. Above 0, at most 1.
    public let memory: Double
    /// Share of a listener's connections from which requests are refused. Above 0, at most 1.
    public let connections: Double
    /// False: nothing is refused (`mode = "off"`).
    public let isEnforced: Bool

    /// - 50 ms of lag: a loop that carries a thousand requests at a time lags by 15 ms; beyond
    ///   three thousand the wait in plimsoll is worse than a refusal.
    /// - 90 % of memory: the rest is for what is under way.
    /// - 95 % of connections: those who answer keep some room for those who ask first.
    public static let standard = ProtectionSettings()

    private init() {
        lag = .milliseconds(50)
        memory = 0.9
        connections = 0.95
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        lag: Duration = standard.lag, memory: Double = standard.memory,
        connections: Double = standard.connections, isEnforced: Bool = true
    ) throws(SettingsError) {
        guard lag >= .milliseconds(1) && lag <= .seconds(10) else {
            throw SettingsError(key: "lag", value: "\(lag)", rule: "1ms to 10s")
        }
        try SettingsCheck.ratio(memory, key: "memory")
        try SettingsCheck.ratio(connections, key: "connections")
        self.lag = lag
        self.memory = memory
        self.connections = connections
        self.isEnforced = isEnforced
    }
}
