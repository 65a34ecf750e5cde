/// Which failed attempts may be made again, how often, and out of which budget.
public struct RetrySettings: Equatable, Sendable {
    /// Attempts a request may take, the first included. 1 to 10.
    public let attempts: Int
    /// The failures and statuses that are worth another attempt.
    public let conditions: RetryConditions
    /// Retries earned by each successful request. 0 to 1, to a millionth.
    public let budgetRatio: Double
    /// Retries a second that need not be earned, for upstreams with little traffic. 0 to 1,000,000.
    public let budgetMinimumPerSecond: Int
    /// False: no attempt is made again, but for a kept-alive connection that had gone stale
    /// under an idempotent request (`mode = "off"`).
    public let isEnforced: Bool

    /// - 2 attempts on connection failures and resets: the second goes to another endpoint and
    ///   heals a restart; a third one only adds load.
    /// - 20 % and 3 a second: what Finagle and linkerd use; an upstream that fails everything
    ///   sees at most a fifth more load, one with no traffic can still retry.
    public static let standard = RetrySettings()

    private init() {
        attempts = 2
        conditions = .standard
        budgetRatio = 0.2
        budgetMinimumPerSecond = 3
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        attempts: Int = standard.attempts, conditions: RetryConditions = .standard,
        budgetRatio: Double = standard.budgetRatio,
        budgetMinimumPerSecond: Int = standard.budgetMinimumPerSecond, isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.count(attempts, in: 1...10, key: "attempts")
        try SettingsCheck.share(budgetRatio, key: "budget_ratio")
        try SettingsCheck.count(
            budgetMinimumPerSecond, in: 0...1_000_000, key: "budget_minimum_per_second")
        self.attempts = attempts
        self.conditions = conditions
        self.budgetRatio = budgetRatio
        self.budgetMinimumPerSecond = budgetMinimumPerSecond
        self.isEnforced = isEnforced
    }
}
