/// The fixed line of an upstream: how much may be in flight and how much may wait for it.
public struct BulkheadSettings: Equatable, Sendable {
    /// Requests in flight at once over all loops. 1 to 1,000,000.
    public let concurrency: Int
    /// Requests that wait at once over all loops. 0 to 1,000,000; with 0 a request without a
    /// permit is shed at once.
    public let queue: Int
    /// Longest wait for a permit. 1 ms to a day.
    public let queueTimeout: Duration
    /// Requests in flight at once to one endpoint; nil: only `concurrency` counts.
    public let perEndpoint: Int?
    /// False: everything passes and nothing waits (`mode = "off"`).
    public let isEnforced: Bool

    /// Both counts share one 64-bit atomic word, and a queue longer than this is no queue but a
    /// place to forget requests in.
    public static let countMaximum = 1_000_000

    /// - 1,024 in flight: more than a healthy service needs at 10,000 requests a second and
    ///   100 ms, few enough that a stalled upstream holds some 10 MB here.
    /// - 1,024 waiting: one more round of requests, so the wait is about one service time.
    /// - 1 s: whoever waited longer was, by most accounts, answered too late.
    public static let standard = BulkheadSettings()

    private init() {
        concurrency = 1_024
        queue = 1_024
        queueTimeout = .seconds(1)
        perEndpoint = nil
        isEnforced = true
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        concurrency: Int = standard.concurrency, queue: Int = standard.queue,
        queueTimeout: Duration = standard.queueTimeout, perEndpoint: Int? = nil,
        isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.count(concurrency, in: 1...Self.countMaximum, key: "concurrency")
        try SettingsCheck.count(queue, in: 0...Self.countMaximum, key: "queue")
        try SettingsCheck.wait(queueTimeout, key: "queue_timeout")
        if let perEndpoint {
            try SettingsCheck.count(perEndpoint, in: 1...Self.countMaximum, key: "per_endpoint")
        }
        self.concurrency = concurrency
        self.queue = queue
        self.queueTimeout = queueTimeout
        self.perEndpoint = perEndpoint
        self.isEnforced = isEnforced
    }
}
