import PlimsollCore
import Synchronization

/// Which number a route counts under: the same one for as long as the process runs, though its
/// place in the configuration changes with a reload.
///
/// Asked when a configuration is compiled and when metrics are written; never by a loop.
public final class SeriesNames: Sendable {
    private struct State {
        var names: [String] = []
        var positions: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// Names beyond this many share the last number, under ``overflowName``: a configuration that
    /// is generated anew every minute must not fill the memory of whoever reads the metrics.
    public static var countMaximum: Int { 4_096 }
    public static var overflowName: String { "(other)" }

    public init() {}

    /// The number of a name, a new one if it was never seen.
    public func index(of name: String) -> RouteIndex {
        state.withLock { state in
            if let known = state.positions[name] { return RouteIndex(rawValue: UInt16(known)) }
            let position = state.names.count
            if position >= Self.countMaximum - 1 {
                if position == Self.countMaximum - 1 { state.names.append(Self.overflowName) }
                return RouteIndex(rawValue: UInt16(Self.countMaximum - 1))
            }
            state.names.append(name)
            state.positions[name] = position
            return RouteIndex(rawValue: UInt16(position))
        }
    }

    /// Every name, by number.
    public var all: [String] { state.withLock { $0.names } }
}
