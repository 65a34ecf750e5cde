/// The failures and response statuses after which another attempt may be made: the `on` list.
public struct RetryConditions: Equatable, Sendable {
    /// No connection came about, so the upstream saw nothing: `connect-failure`.
    public var connectFailure: Bool
    /// The connection closed before any byte of a response: `reset-before-response`.
    public var resetBeforeResponse: Bool
    /// Bit n of the array of words stands for status 400 + n.
    private var statusBits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Both connection conditions, and the answers that speak of a server that is not there at the
    /// moment: 502, 503, 504. A 500 is not among them: it is the service's own word, and as likely
    /// the next time.
    public static let standard: RetryConditions = {
        var conditions = RetryConditions(connectFailure: true, resetBeforeResponse: true)
        for status: UInt16 in [502, 503, 504] { conditions.insert(status: status) }
        return conditions
    }()

    public init(connectFailure: Bool = false, resetBeforeResponse: Bool = false) {
        self.connectFailure = connectFailure
        self.resetBeforeResponse = resetBeforeResponse
    }

    /// Reads the `on` list of a configuration.
    /// - Throws: ``SettingsError`` for a word that is no condition and for a status outside
    ///   400 to 599.
    public init(words: [String]) throws(SettingsError) {
        self.init()
        for word in words {
            switch word {
            case "connect-failure": connectFailure = true
            case "reset-before-response": resetBeforeResponse = true
            default:
                guard let status = UInt16(word), word.utf8.count == 3,
                    Self.statusRange.contains(status)
                else {
                    throw SettingsError(
                        key: "on", value: "\"\(word)\"",
                        rule: "connect-failure, reset-before-response or a status 400 to 599")
                }
                insert(status: status)
            }
        }
    }

    /// Statuses that can be listed.
    public static let statusRange: ClosedRange<UInt16> = 400...599

    /// Lists a status; it must lie in ``statusRange``.
    public mutating func insert(status: UInt16) {
        precondition(Self.statusRange.contains(status), "only error statuses are retried")
        let bit = UInt64(1) << UInt64((status - 400) & 63)
        switch (status - 400) >> 6 {
        case 0: statusBits.0 |= bit
        case 1: statusBits.1 |= bit
        case 2: statusBits.2 |= bit
        default: statusBits.3 |= bit
        }
    }

    /// Whether this status is listed; false for every status outside ``statusRange``.
    public func contains(status: UInt16) -> Bool {
        guard Self.statusRange.contains(status) else { return false }
        let bit = UInt64(1) << UInt64((status - 400) & 63)
        switch (status - 400) >> 6 {
        case 0: return statusBits.0 & bit != 0
        case 1: return statusBits.1 & bit != 0
        case 2: return statusBits.2 & bit != 0
        default: return statusBits.3 & bit != 0
        }
    }

    public static func == (left: RetryConditions, right: RetryConditions) -> Bool {
        left.connectFailure == right.connectFailure
            && left.resetBeforeResponse == right.resetBeforeResponse
            && left.statusBits == right.statusBits
    }
}
