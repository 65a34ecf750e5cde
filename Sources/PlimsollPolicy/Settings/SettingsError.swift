/// A figure that breaks a rule of its policy. The configuration puts the place in front:
/// `plimsoll.toml:14: concurrency is 0; it must be 1 to 1000000`.
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The key as an operator writes it, such as `failure_ratio`.
    public let key: String
    /// What the value was, in the words of a configuration file.
    public let value: String
    /// What it must be: `at least 1`, `above 0 and at most 1`.
    public let rule: String

    public init(key: String, value: String, rule: String) {
        self.key = key
        self.value = value
        self.rule = rule
    }

    public var description: String { "\(key) is \(value); it must be \(rule)" }
}

/// The checks that settings share. They refuse and name the rule; nothing is clamped in silence.
enum SettingsCheck {
    /// No wait in plimsoll is longer than this: beyond a day a figure is a slip of the keyboard.
    static let waitMaximum: Duration = .seconds(86_400)

    static func count(
        _ value: Int, in range: ClosedRange<Int>, key: String
    ) throws(SettingsError) {
        guard range.contains(value) else {
            throw SettingsError(
                key: key, value: "\(value)", rule: "\(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// At least a millisecond, the grain of the timers, and at most a day.
    static func wait(_ value: Duration, key: String) throws(SettingsError) {
        guard value >= .milliseconds(1) && value <= waitMaximum else {
            throw SettingsError(key: key, value: "\(value)", rule: "1ms to 24h")
        }
    }

    /// A share of requests: above 0, at most 1. Infinities and NaN fail both comparisons.
    static func ratio(_ value: Double, key: String) throws(SettingsError) {
        guard value > 0 && value <= 1 else {
            throw SettingsError(key: key, value: "\(value)", rule: "above 0 and at most 1")
        }
    }

    /// A share that may also be nothing.
    static func share(_ value: Double, key: String) throws(SettingsError) {
        guard value >= 0 && value <= 1 else {
            throw SettingsError(key: key, value: "\(value)", rule: "0 to 1")
        }
    }

    static func ascending(
        _ value: Duration, atLeast floor: Duration, key: String, floorKey: String
    ) throws(SettingsError) {
        guard value >= floor else {
            throw SettingsError(
                key: key, value: "\(value)", rule: "at least \(floorKey), which is \(floor)")
        }
    }
}
