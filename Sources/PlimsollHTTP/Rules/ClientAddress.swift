import PlimsollCore

/// Who a request is from, behind proxies that are trusted to say so.
public enum ClientAddress {
    /// Addresses looked at from the end of X-Forwarded-For: more proxies of one's own in a row
    /// nobody has.
    private static var hopsMaximum: Int { 16 }

    /// The last address in X-Forwarded-For that is not itself a trusted proxy's: what the
    /// outermost of them saw. What stands before it anybody may have written.
    ///
    /// Only to be asked of a request whose peer is trusted.
    /// - Parameter bytes: what `fields` were parsed from.
    /// - Returns: nil when the field is missing, or names no address where one must stand; then the
    ///   peer is all that is known. When all are trusted proxies, the first of them.
    public static func forwarded(
        _ fields: borrowing FieldList, bytes: Span<UInt8>, trusted: [AddressRange]
    ) -> SocketAddress? {
        guard fields.contains(.xForwardedFor) else { return nil }
        var hops = 0
        var outermost: SocketAddress?
        var index = fields.count - 1
        while index >= 0 {
            defer { index -= 1 }
            guard fields[index].name == .xForwardedFor else { continue }
            let value = fields[index].valueRange.indices
            var end = value.upperBound
            while end > value.lowerBound {
                var start = end
                while start > value.lowerBound, bytes[start - 1] != 0x2C { start -= 1 }
                let element = bytes.extracting(trimmed(bytes, start..<end))
                end = start - 1
                guard !element.isEmpty else { continue }
                guard hops < hopsMaximum, let address = address(element) else { return outermost }
                hops += 1
                guard trusted.contains(where: { $0.contains(address) }) else { return address }
                outermost = address
            }
        }
        return outermost
    }

    /// An address, with or without a port.
    private static func address(_ text: Span<UInt8>) -> SocketAddress? {
        if let address = SocketAddress(parsingHost: text, port: 0) { return address.unmapped }
        if text.count > 2, text[0] == 0x5B, text[text.count - 1] == 0x5D {
            return SocketAddress(parsingHost: text.extracting(1..<text.count - 1), port: 0)
        }
        return SocketAddress(parsing: text)?.unmapped
    }

    private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while start < end, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }
}
