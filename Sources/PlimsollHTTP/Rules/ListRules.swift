import PlimsollCore

/// Comma-separated values (RFC 9110, section 5.6.1).
enum ListRules {
    /// The next element that is not empty, without the white space around it.
    /// - Parameter position: where to go on; 0 at first.
    static func nextElement(_ value: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
        while position < value.count {
            var end = position
            while end < value.count && value[end] != 0x2C {
                end &+= 1
            }
            let element = trimmed(value, position..<end)
            position = end &+ 1
            if !element.isEmpty { return element }
        }
        return nil
    }

    /// Whether an element is this text when case does not matter.
    static func contains(_ value: Span<UInt8>, lowerCase text: StaticString) -> Bool {
        var position = 0
        while let element = nextElement(value, &position) {
            if ASCII.equalsIgnoringCase(value.extracting(element), lowerCase: text) { return true }
        }
        return false
    }

    /// Whether the bytes are one or more that may be in a token.
    static func isToken(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return false }
        for index in bytes.indices where !ASCII.isToken(bytes[index]) {
            return false
        }
        return true
    }

    private static func trimmed(_ value: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end && isWhiteSpace(value[start]) {
            start &+= 1
        }
        while start < end && isWhiteSpace(value[end &- 1]) {
            end &-= 1
        }
        return start..<end
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
