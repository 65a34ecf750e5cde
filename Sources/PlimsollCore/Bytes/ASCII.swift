/// Questions about bytes that are text of a protocol. Bytes above 127 belong to no class and have
/// no case.
@frozen
public enum ASCII {
    /// The token bytes below 64, one bit each: ``isToken(_:)`` stays two shifts, without a table
    /// in memory.
    @usableFromInline static var tokenBitsLow: UInt64 { 0x03FF_6CFA_0000_0000 }
    /// The token bytes from 64 to 127.
    @usableFromInline static var tokenBitsHigh: UInt64 { 0x57FF_FFFF_C7FF_FFFE }

    /// A byte of an RFC 9110 token: a letter, a digit or one of ``!#$%&'*+-.^_`|~``.
    @inlinable
    public static func isToken(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? tokenBitsLow : tokenBitsHigh
        return byte < 128 && (bits &>> UInt64(byte & 63)) & 1 == 1
    }

    @inlinable
    public static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    @inlinable
    public static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26
    }

    /// The value of a hexadecimal digit in either case, or nil.
    @inlinable
    public static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// The byte with `A` to `Z` lowered; all others as they are.
    @inlinable
    public static func lowered(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Lowers `A` to `Z` in place.
    @inlinable
    public static func lower(_ bytes: inout MutableSpan<UInt8>) {
        for index in bytes.indices {
            bytes[index] = lowered(bytes[index])
        }
    }

    /// Whether the two are the same text when case does not matter.
    @inlinable
    public static func equalsIgnoringCase(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where lowered(left[index]) != lowered(right[index]) {
            return false
        }
        return true
    }

    /// Whether the bytes are this text when case does not matter.
    /// - Parameter text: ASCII in lower case.
    @inlinable
    public static func equalsIgnoringCase(_ bytes: Span<UInt8>, lowerCase text: StaticString)
        -> Bool
    {
        let count = text.utf8CodeUnitCount
        guard bytes.count == count else { return false }
        let expected = text.utf8Start
        for index in 0..<count where lowered(bytes[index]) != expected[index] {
            return false
        }
        return true
    }

    /// Whether the bytes are exactly this text.
    @inlinable
    public static func equals(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count == count else { return false }
        let expected = text.utf8Start
        for index in 0..<count where bytes[index] != expected[index] {
            return false
        }
        return true
    }

    /// The number that the bytes write in decimal digits: nil when there are none, when anything
    /// else is among them, or when it is 2^63 or more.
    @inlinable
    public static func decimal(_ bytes: Span<UInt8>) -> Int64? {
        guard bytes.count > 0 else { return nil }
        var value: Int64 = 0
        for index in bytes.indices {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int64(digit))
            guard !overflow && !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The number that the bytes write in hexadecimal digits of either case: nil when there are
    /// none, when anything else is among them, or when it is 2^63 or more.
    @inlinable
    public static func hexadecimal(_ bytes: Span<UInt8>) -> Int64? {
        guard bytes.count > 0 else { return nil }
        var value: Int64 = 0
        for index in bytes.indices {
            guard let digit = hexadecimalValue(bytes[index]) else { return nil }
            // The next digit must not push a bit into or past the sign.
            guard value >> 59 == 0 else { return nil }
            value = value << 4 | Int64(digit)
        }
        return value
    }
}
