import Glibc
import PlimsollCore

/// Which driver the loops run on, and why: found out once at start, then used for every loop.
public struct DriverChoice: Sendable, Equatable {
    /// What the operator asked for.
    public enum Preference: String, Sendable, CaseIterable {
        /// io_uring where the kernel allows it, else epoll.
        case auto
        /// io_uring; epoll only when it is refused, which is then worth a warning.
        case uring = "io_uring"
        case epoll
    }

    public enum Kind: String, Sendable, CaseIterable {
        case uring = "io_uring"
        case epoll
    }

    public let kind: Kind
    /// The reason in words, for the log: `io_uring refused: …; using epoll`.
    public let reason: String
    /// The operator asked for something else.
    public let isFallback: Bool

    /// Tries what the preference names, and falls back.
    public static func probe(_ preference: Preference) -> DriverChoice {
        if preference == .epoll {
            return DriverChoice(kind: .epoll, reason: "epoll, as configured", isFallback: false)
        }
        guard let refusal = UringProbe.refusal() else {
            return DriverChoice(kind: .uring, reason: "io_uring works here", isFallback: false)
        }
        return DriverChoice(
            kind: .epoll, reason: "io_uring refused: \(refusal); using epoll",
            isFallback: preference == .uring)
    }
}

/// Makes the driver of one loop. May be called on any thread; the driver then belongs to the
/// thread of its first turn.
/// - Throws: when the kernel refuses even what the probe found to work, for lack of memory or
///   descriptors.
public func makeDriver(
    _ choice: DriverChoice, pool: BufferPool
) throws(SystemError) -> any Driver {
    switch choice.kind {
    case .uring: return try UringDriver(pool: pool)
    case .epoll: return try EpollDriver(pool: pool)
    }
}
