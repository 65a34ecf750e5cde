/// Appends bytes to memory of a fixed size. Running out of room is remembered, not trapped:
/// the writer of a whole message asks ``overflowed`` once, at its end.
///
/// Unsafe pointers: `base` points to `capacity` bytes that the maker of the writer owns and keeps
/// for the writer's life; every append checks the room that is left.
@frozen
public struct ByteWriter: ~Copyable {
    @usableFromInline let base: UnsafeMutablePointer<UInt8>
    @usableFromInline let capacity: Int
    @usableFromInline var written: Int
    @usableFromInline var isOverflowed: Bool

    /// Bytes written so far.
    @inlinable public var count: Int { written }
    /// Something did not fit. What was written so far must not be used.
    @inlinable public var overflowed: Bool { isOverflowed }

    @inlinable
    public init(_ memory: UnsafeMutableRawBufferPointer) {
        precondition(memory.count > 0, "a writer needs room")
        base = memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
        capacity = memory.count
        written = 0
        isOverflowed = false
    }

    @inlinable
    public mutating func append(_ byte: UInt8) {
        guard written < capacity else {
            isOverflowed = true
            return
        }
        base[written] = byte
        written &+= 1
    }

    @inlinable @inline(__always)
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= capacity &- written else {
            isOverflowed = true
            return
        }
        guard let source = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(base + written).copyMemory(from: source, byteCount: bytes.count)
        written &+= bytes.count
    }

    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append($0) }
    }

    @inlinable
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    @inlinable @inline(__always)
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a number in decimal digits, without padding.
    @inlinable
    public mutating func append(decimal value: UInt64) {
        // 20 digits hold every 64-bit number.
        guard capacity &- written >= 20 || capacity &- written >= ByteWriter.digitCount(value)
        else {
            isOverflowed = true
            return
        }
        let digits = ByteWriter.digitCount(value)
        var rest = value
        var position = written &+ digits
        repeat {
            position &-= 1
            base[position] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
            rest /= 10
        } while position > written
        written &+= digits
    }

    /// Appends a number in lower-case hexadecimal digits, without padding.
    @inlinable
    public mutating func append(hexadecimal value: UInt64) {
        let digits = Swift.max(1, (64 - value.leadingZeroBitCount + 3) / 4)
        guard capacity &- written >= digits else {
            isOverflowed = true
            return
        }
        var rest = value
        var position = written &+ digits
        repeat {
            position &-= 1
            let digit = UInt8(truncatingIfNeeded: rest & 0xF)
            base[position] = digit < 10 ? digit &+ 0x30 : digit &+ 0x57
            rest >>= 4
        } while position > written
        written &+= digits
    }

    /// Takes back everything written after the first `count` bytes.
    @inlinable
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= written, "only what was written can be taken back")
        written = count
    }

    /// Where `byte` was written last, at or after `start`, or nil.
    @inlinable
    public func lastPosition(of byte: UInt8, from start: Int) -> Int? {
        var position = written
        while position > start {
            position &-= 1
            if base[position] == byte { return position }
        }
        return nil
    }

    /// Lends the bytes written so far.
    @inlinable
    public func withWritten<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(Span(_unsafeStart: base, count: written))
    }

    @inlinable
    static func digitCount(_ value: UInt64) -> Int {
        var digits = 1
        var rest = value
        while rest >= 10 {
            rest /= 10
            digits &+= 1
        }
        return digits
    }
}
