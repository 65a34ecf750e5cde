import PlimsollCore

/// How many requests of one kind a route takes in a stretch of time.
public struct RateLimitSettings: Equatable, Sendable {
    /// Who shares a bucket.
    public enum Key: Equatable, Sendable {
        /// All requests of the route.
        case route
        /// Requests of one client, by its address; of IPv6 by the first 64 bits, which one client
        /// has to itself.
        case clientAddress
        /// Requests with the same value in this field, whose name is in lower case. Those
        /// without it go by their client's address.
        case header(String)
    }

    /// Requests in each ``per``, in the long run. 1 to 1,000,000.
    public let requests: Int
    /// 1 ms to a day.
    public let per: Duration
    /// Requests that may come at once after a pause. 1 to 1,000,000.
    public let burst: Int
    public let key: Key
    /// Buckets kept, where there is more than one. 1,024 to 1,048,576; rounded up to a power of 2.
    public let keys: Int
    /// False: nothing is counted and everything passes (`mode = "off"`).
    public let isEnforced: Bool

    /// 384 KiB a route, for as many clients as use up some of their allowance at a time.
    public static let standardKeys = 16_384
    public static let keyRange = 1_024...1_048_576

    /// - Parameter burst: nil for as many as ``requests``.
    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        requests: Int, per: Duration = .seconds(1), burst: Int? = nil, key: Key = .route,
        keys: Int = standardKeys, isEnforced: Bool = true
    ) throws(SettingsError) {
        try SettingsCheck.count(requests, in: 1...1_000_000, key: "requests")
        try SettingsCheck.wait(per, key: "per")
        let burst = burst ?? requests
        try SettingsCheck.count(burst, in: 1...1_000_000, key: "burst")
        try SettingsCheck.count(keys, in: Self.keyRange, key: "keys")
        // 30 days: what takes longer to come back than a daemon runs is no rate.
        let filling = per.wholeNanoseconds / Int64(requests)
        guard filling <= 30 * 86_400_000_000_000 / Int64(burst) else {
            throw SettingsError(
                key: "burst", value: "\(burst)",
                rule: "no more than 30 days bring back at this rate")
        }
        self.requests = requests
        self.per = per
        self.burst = burst
        self.key = key
        self.keys = keys
        self.isEnforced = isEnforced
    }
}
