import PlimsollCore

/// What a request may call its host (RFC 9110, section 7.2). Narrower than the grammar of URIs: a
/// name in letters, digits, `-`, `.`, `_` and `~`, an IPv4 address or a bracketed IPv6 address;
/// no user information, no escapes, no commas.
enum HostRules {
    /// The host and port within a range, or nil if that is no authority. The colon of an empty
    /// port is left off.
    static func authority(_ bytes: RawSpan, _ range: ByteRange) -> ByteRange? {
        let start = Int(range.start)
        let end = Int(range.end)
        guard start < end, end <= bytes.byteCount else { return nil }
        let hostEnd: Int
        if ByteScan.byte(bytes, start) == 0x5B {
            guard let closing = addressEnd(bytes, from: start, to: end) else { return nil }
            hostEnd = closing
        } else {
            hostEnd = min(ByteScan.hostNameEnd(bytes, from: start), end)
            guard hostEnd > start else { return nil }
        }
        guard hostEnd < end else { return range }
        guard ByteScan.byte(bytes, hostEnd) == 0x3A else { return nil }
        guard hostEnd &+ 1 < end else { return ByteRange(from: start, to: hostEnd) }
        var port = 0
        for position in (hostEnd &+ 1)..<end {
            let digit = ByteScan.byte(bytes, position) &- 0x30
            guard digit < 10 else { return nil }
            port = port &* 10 &+ Int(digit)
            guard port <= 65_535 else { return nil }
        }
        return range
    }

    /// One past the `]` of an IPv6 address in brackets, or nil. Only its shape is checked: digits,
    /// at least two colons, dots for an embedded IPv4 address; no zone.
    private static func addressEnd(_ bytes: RawSpan, from start: Int, to end: Int) -> Int? {
        var colons = 0
        for position in (start &+ 1)..<end {
            let byte = ByteScan.byte(bytes, position)
            if byte == 0x5D {
                return colons >= 2 && position &- start <= 46 ? position &+ 1 : nil
            }
            if byte == 0x3A {
                colons &+= 1
            } else if byte != 0x2E && ASCII.hexadecimalValue(byte) == nil {
                return nil
            }
        }
        return nil
    }
}
