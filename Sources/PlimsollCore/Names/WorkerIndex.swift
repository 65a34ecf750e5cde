/// The place of a worker: one event loop and all that it owns.
/// A type of its own, so that indices of different tables cannot be swapped.
@frozen
public struct WorkerIndex: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable
    public static func < (left: WorkerIndex, right: WorkerIndex) -> Bool {
        left.rawValue < right.rawValue
    }
}
