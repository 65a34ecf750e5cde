/// The place of a route in the configuration that is in force.
/// A type of its own, so that indices of different tables cannot be swapped.
@frozen
public struct RouteIndex: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable
    public static func < (left: RouteIndex, right: RouteIndex) -> Bool {
        left.rawValue < right.rawValue
    }
}
