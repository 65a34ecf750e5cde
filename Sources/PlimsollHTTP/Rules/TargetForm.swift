import PlimsollCore

/// The parts of a request target, whatever its form (RFC 9112, section 3.2).
struct TargetForm {
    var path: ByteRange
    var query: ByteRange
    /// From a target in absolute form; empty otherwise.
    var authority: ByteRange

    /// Takes a target apart. Authority form is for CONNECT alone, which is never let this far.
    static func read(
        _ bytes: RawSpan, _ target: ByteRange, _ method: Method
    ) throws(RequestHeadError) -> TargetForm {
        let start = Int(target.start)
        let end = Int(target.end)
        guard start < end, end <= bytes.byteCount else { throw .invalidTarget }
        var pathStart = start
        var authority = ByteRange.empty
        let first = ByteScan.byte(bytes, start)
        if first != 0x2F {
            if first == 0x2A {
                guard method == .options, end &- start == 1 else { throw .invalidTarget }
                return TargetForm(path: target, query: .empty, authority: .empty)
            }
            authority = try absoluteAuthority(bytes, from: start, to: end)
            pathStart = Int(authority.end)
            // Without the colon of an empty port, which stays between the host and the path.
            guard let trimmed = HostRules.authority(bytes, authority) else { throw .malformedHost }
            authority = trimmed
        }
        let queryStart = ByteScan.queryOrTargetEnd(bytes, from: pathStart)
        guard queryStart < end else {
            guard queryStart == end else { throw .invalidTarget }
            return TargetForm(
                path: ByteRange(from: pathStart, to: end), query: .empty, authority: authority)
        }
        guard ByteScan.byte(bytes, queryStart) == 0x3F,
            ByteScan.targetEnd(bytes, from: queryStart) == end
        else { throw .invalidTarget }
        return TargetForm(
            path: ByteRange(from: pathStart, to: queryStart),
            query: ByteRange(from: queryStart, to: end), authority: authority)
    }

    /// What lies between `http://` or `https://` and the path, the query or the end.
    private static func absoluteAuthority(
        _ bytes: RawSpan, from start: Int, to end: Int
    ) throws(RequestHeadError) -> ByteRange {
        let authorityStart: Int
        if hasPrefix(bytes, from: start, to: end, "http://") {
            authorityStart = start &+ 7
        } else if hasPrefix(bytes, from: start, to: end, "https://") {
            authorityStart = start &+ 8
        } else {
            throw .invalidTarget
        }
        var authorityEnd = authorityStart
        while authorityEnd < end {
            let byte = ByteScan.byte(bytes, authorityEnd)
            if byte == 0x2F || byte == 0x3F { break }
            authorityEnd &+= 1
        }
        return ByteRange(from: authorityStart, to: authorityEnd)
    }

    private static func hasPrefix(
        _ bytes: RawSpan, from start: Int, to end: Int, _ lowerCase: StaticString
    ) -> Bool {
        let count = lowerCase.utf8CodeUnitCount
        guard end &- start >= count else { return false }
        for offset in 0..<count
        where ASCII.lowered(ByteScan.byte(bytes, start &+ offset)) != lowerCase.utf8Start[offset] {
            return false
        }
        return true
    }
}
