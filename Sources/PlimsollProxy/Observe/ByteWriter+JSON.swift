import PlimsollCore

extension ByteWriter {
    /// Appends bytes from outside as the inside of a JSON string (RFC 8259, section 7).
    ///
    /// Whatever they are, what comes out is valid UTF-8 on one line: quotes, backslashes and
    /// control characters are escaped, and a byte that is not part of well-formed UTF-8 is written
    /// as the code point of its value, `\u00XX`, so that it can still be told.
    mutating func append(json bytes: UnsafeRawBufferPointer) {
        var position = 0
        var runStart = 0
        while position < bytes.count {
            let byte = bytes[position]
            if JSONEscape.isPlain(byte) {
                position &+= 1
                continue
            }
            if byte >= 0x80 {
                let length = JSONEscape.sequenceLength(bytes, at: position)
                if length > 0 {
                    position &+= length
                    continue
                }
            }
            append(UnsafeRawBufferPointer(rebasing: bytes[runStart..<position]))
            append(escaped: byte)
            position &+= 1
            runStart = position
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[runStart..<position]))
    }

    mutating func append(json text: String) {
        var text = text
        text.withUTF8 { append(json: UnsafeRawBufferPointer($0)) }
    }

    private mutating func append(escaped byte: UInt8) {
        append(0x5C)
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x0A: append(0x6E)
        case 0x0D: append(0x72)
        case 0x09: append(0x74)
        default:
            append("u00")
            append(JSONEscape.digit(byte >> 4))
            append(JSONEscape.digit(byte & 0xF))
        }
    }

    /// Appends nanoseconds as seconds with six decimals, rounded down. At least 0.
    mutating func append(secondsFrom nanoseconds: Int64) {
        let microseconds = UInt64(max(0, nanoseconds)) / 1_000
        append(decimal: microseconds / 1_000_000)
        append(0x2E)
        var scale: UInt64 = 100_000
        let fraction = microseconds % 1_000_000
        while scale > 0 {
            append(UInt8(truncatingIfNeeded: fraction / scale % 10) &+ 0x30)
            scale /= 10
        }
    }
}

/// Which bytes a JSON string may hold as they are.
private enum JSONEscape {
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? value &+ 0x30 : value &+ 0x57
    }

    /// The length of the well-formed UTF-8 sequence of two to four bytes that begins here, or 0
    /// (RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF).
    static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int {
        let first = bytes[start]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default: return 0
        }
        guard start &+ length <= bytes.count, second.contains(bytes[start &+ 1]) else { return 0 }
        for offset in 2..<max(2, length) where bytes[start &+ offset] & 0xC0 != 0x80 {
            return 0
        }
        // C1 controls (U+0080 to U+009F) move some terminals: they are escaped byte by byte.
        return first == 0xC2 && bytes[start &+ 1] < 0xA0 ? 0 : length
    }
}
