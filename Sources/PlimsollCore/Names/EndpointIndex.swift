/// The place of an endpoint within its upstream.
/// A type of its own, so that indices of different tables cannot be swapped.
@frozen
public struct EndpointIndex: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable
    public static func < (left: EndpointIndex, right: EndpointIndex) -> Bool {
        left.rawValue < right.rawValue
    }
}
