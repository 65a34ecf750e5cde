/// Which failed attempts may be made again, how often, when, and out of which budget.
public struct RetrySettings: Equatable, Sendable {
    /// Attempts that may follow a request's first: `attempts` in a configuration. 0 to 10; 0 makes
    /// none.
    public let retries: Int
    /// The failures and statuses that are worth another attempt.
    public let conditions: RetryConditions
    /// Retries earned by each successful request. 0 to 1, to a millionth.
    public let budgetRatio: Double
    /// Retries a second that need not be earned, for upstreams with little traffic. 0 to 1,000,000.
    public let budgetMinimumPerSecond: Int
    /// After which wait for an answer a second attempt is sent beside the first, to another
    /// endpoint and out of the same budget.
    public let hedgeAfter: HedgeDelay
    /// The wait before an only endpoint that has answered badly is asked again; it doubles with
    /// each attempt, up to eight times. 1 ms to a day.
    public let backoff: Duration
    /// The longest wait that an upstream may ask for (Retry-After, `grpc-retry-pushback-ms`)
    /// before a retry; asked for more, there is none. 1 ms to a day.
    public let retryAfterMaximum: Duration
    /// False: no attempt is made again, but for a kept-alive connection that had gone stale
    /// under an idempotent request (`mode = "off"`).
    public let isEnforced: Bool

    /// - 1 more attempt: it goes to another endpoint and heals a restart; a further one mostly
    ///   adds load.
    /// - 20 % and 3 a second: what Finagle and linkerd use; an upstream that fails everything
    ///   sees at most a fifth more load, one with no traffic can still retry.
    /// - 25 ms of backoff: long against a lost race, short against a person's patience.
    /// - 1 s of Retry-After, the least that the field can ask for: who asks for more is better
    ///   left to the client, who sees the field.
    public static let standard = RetrySettings()

    private init() {
        retries = 1
        conditions = .standard
        budgetRatio = 0.2
        budgetMinimumPerSecond = 3
        hedgeAfter = .stuck
        backoff = .milliseconds(25)
        retryAfterMaximum = .seconds(1)
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        retries: Int = standard.retries, conditions: RetryConditions = .standard,
        budgetRatio: Double = standard.budgetRatio,
        budgetMinimumPerSecond: Int = standard.budgetMinimumPerSecond,
        hedgeAfter: HedgeDelay = standard.hedgeAfter, backoff: Duration = standard.backoff,
        retryAfterMaximum: Duration = standard.retryAfterMaximum, isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.count(retries, in: 0...10, key: "attempts")
        try SettingsCheck.share(budgetRatio, key: "budget_ratio")
        try SettingsCheck.count(
            budgetMinimumPerSecond, in: 0...1_000_000, key: "budget_minimum_per_second")
        if case .after(let duration) = hedgeAfter {
            try SettingsCheck.wait(duration, key: "hedge_after")
        }
        try SettingsCheck.wait(backoff, key: "backoff")
        try SettingsCheck.wait(retryAfterMaximum, key: "retry_after_maximum")
        self.retries = retries
        self.conditions = conditions
        self.budgetRatio = budgetRatio
        self.budgetMinimumPerSecond = budgetMinimumPerSecond
        self.hedgeAfter = hedgeAfter
        self.backoff = backoff
        self.retryAfterMaximum = retryAfterMaximum
        self.isEnforced = isEnforced
    }
}
