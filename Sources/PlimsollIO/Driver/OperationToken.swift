import PlimsollCore

/// Names one outstanding operation. The driver hands it back untouched; its owner packs into it
/// what the completion belongs to: a kind, and a handle into the slab of that kind.
@frozen
public struct OperationToken: Hashable, Sendable, BitwiseCopyable {
    /// kind (8 bits), generation (24 bits), index (32 bits), from the top.
    public var rawValue: UInt64

    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// - Parameter kind: the owner's own numbering; 255 is the driver's.
    @inlinable
    public init(kind: UInt8, handle: Handle) {
        rawValue =
            UInt64(kind) << 56 | UInt64(handle.generation & 0xFF_FFFF) << 32 | UInt64(handle.index)
    }

    @inlinable
    public var kind: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 56) }

    @inlinable
    public var handle: Handle {
        Handle(
            index: UInt32(truncatingIfNeeded: rawValue),
            generation: UInt32(truncatingIfNeeded: rawValue >> 32) & 0xFF_FFFF)
    }
}
