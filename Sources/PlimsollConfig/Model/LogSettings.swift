/// `[log]`: what is written down, and where.
public struct LogSettings: Sendable, Equatable {
    public enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error

        public static func < (left: Level, right: Level) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    public enum AccessLog: Sendable, Equatable {
        case off
        case standardOutput
        case file(path: String)
    }

    /// The least important events that still go to standard error.
    public var level = Level.info
    /// Where one JSON line a request goes.
    public var access = AccessLog.off

    public init() {}
}

/// `[drain]`: how the daemon stops.
public struct DrainSettings: Sendable, Equatable {
    /// How long requests in flight may go on after SIGTERM. From zero to one day.
    public var timeout = Duration.seconds(30)

    public init() {}
}
