/// Where something lies in the bytes of a message: 32-bit, because heads and pooled buffers are
/// far smaller, and a table of these is read for every request.
@frozen
public struct ByteRange: Hashable, Sendable, BitwiseCopyable {
    /// The first byte. At least 0.
    public var start: Int32
    /// Number of bytes. At least 0.
    public var count: Int32

    @inlinable
    public init(start: Int32, count: Int32) {
        self.start = start
        self.count = count
    }

    /// - Parameters: positions in a buffer, `start <= end`, both within 32 bits.
    @inlinable
    public init(from start: Int, to end: Int) {
        self.start = Int32(start)
        self.count = Int32(end &- start)
    }

    /// Nothing, nowhere.
    @inlinable public static var empty: ByteRange { ByteRange(start: 0, count: 0) }

    /// One past the last byte.
    @inlinable public var end: Int32 { start &+ count }
    @inlinable public var isEmpty: Bool { count == 0 }
    /// The positions as a range for `Span.extracting` and the like.
    @inlinable public var indices: Range<Int> { Int(start)..<Int(end) }

    /// This range moved by a number of bytes.
    @inlinable
    public func moved(by distance: Int32) -> ByteRange {
        ByteRange(start: start &+ distance, count: count)
    }
}
