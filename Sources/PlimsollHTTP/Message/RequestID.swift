import PlimsollCore

/// What an exchange is called in `X-Request-Id`, in logs and in answers made here: 128 random bits
/// in hexadecimal, or what a trusted peer called it.
public struct RequestID: BitwiseCopyable, Sendable {
    /// Longest identifier that is taken over from a trusted peer.
    public static var countMaximum: Int { 64 }

    private var text: InlineArray<64, UInt8>
    private var length: UInt8

    /// Bytes of the identifier: 1 to ``countMaximum``.
    public var count: Int { Int(length) }

    /// An identifier of our own, 32 lower-case hexadecimal digits.
    public init(_ random: inout RandomSource) {
        text = InlineArray(repeating: 0)
        length = 32
        var span = text.mutableSpan
        span.withUnsafeMutableBytes { memory in
            for part in 0..<4 {
                let word = UInt32(truncatingIfNeeded: random.next())
                memory.storeBytes(
                    of: RequestID.digits(word), toByteOffset: part &* 8, as: UInt64.self)
            }
        }
    }

    /// The identifier that a peer gave, or nil if it is not well-formed: 1 to ``countMaximum``
    /// letters, digits and any of `-._~+/=:@`.
    public init?(received value: Span<UInt8>) {
        guard value.count >= 1, value.count <= RequestID.countMaximum else { return nil }
        text = InlineArray(repeating: 0)
        length = UInt8(value.count)
        for index in value.indices {
            guard RequestID.isAllowed(value[index]) else { return nil }
            text[index] = value[index]
        }
    }

    /// The identifier of a request: the one it came with, if its peer is trusted and it is
    /// well-formed and alone, else a new one.
    @inline(__always)
    public init(
        fields: borrowing FieldList, bytes: Span<UInt8>, isTrusted: Bool,
        random: inout RandomSource
    ) {
        if isTrusted, fields.repeatedBits & FieldName.xRequestID.bit == 0,
            let index = fields.first(.xRequestID),
            let received = RequestID(received: bytes.extracting(fields[index].valueRange.indices))
        {
            self = received
        } else {
            self.init(&random)
        }
    }

    /// Whether it is spelt with exactly these bytes.
    public func isSpelt(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == count else { return false }
        for index in bytes.indices where bytes[index] != text[index] { return false }
        return true
    }

    /// The identifier as a string, for people. Allocates.
    public var string: String {
        String(unsafeUninitializedCapacity: RequestID.countMaximum) { memory in
            for index in 0..<count { memory[index] = text[index] }
            return count
        }
    }

    /// Appends the identifier.
    @inline(__always)
    public func write(into writer: inout ByteWriter) {
        text.span.withUnsafeBytes { bytes in
            writer.append(UnsafeRawBufferPointer(rebasing: bytes[0..<Int(length)]))
        }
    }

    /// Eight hexadecimal digits at once, in the order of memory.
    @inline(__always)
    static func digits(_ word: UInt32) -> UInt64 {
        // Spread the eight nibbles over eight bytes, the highest into the lowest byte.
        var nibbles = UInt64(word.byteSwapped)
        nibbles = (nibbles | nibbles &<< 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles &<< 8) & 0x00FF_00FF_00FF_00FF
        nibbles =
            ((nibbles &>> 4) & 0x000F_000F_000F_000F) | (nibbles & 0x000F_000F_000F_000F) &<< 8
        // A nibble above 9 carries into bit 4 when 6 is added: from there to `a`.
        let letters = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).littleEndian
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x2D, 0x2E, 0x5F, 0x7E, 0x2B, 0x2F, 0x3D, 0x3A, 0x40: true
        default: false
        }
    }
}
