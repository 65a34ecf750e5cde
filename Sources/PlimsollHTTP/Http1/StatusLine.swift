import PlimsollCore

/// A response's first line (RFC 9112, section 4).
struct StatusLine {
    var minorVersion: UInt8
    var status: UInt16
    var reason: ByteRange
    /// Where the fields begin.
    var end: Int

    /// Reads the line. Nil: it is not whole yet. Its own faults are ``RequestHeadError``
    /// `.malformedRequestLine` and `.unsupportedVersion`.
    static func read(_ bytes: RawSpan) throws(RequestHeadError) -> StatusLine? {
        let lineEnd = ByteScan.control(bytes, from: 0)
        guard lineEnd < bytes.byteCount else { return nil }
        switch LineEnd.at(lineEnd, bytes) {
        case .refused(let error): throw error
        case .incomplete: return nil
        case .here: break
        }
        guard lineEnd >= 12, let minor = try RequestLine.version(bytes, at: 0),
            ByteScan.byte(bytes, 8) == 0x20
        else { throw .malformedRequestLine }
        var status: UInt16 = 0
        for position in 9..<12 {
            let digit = ByteScan.byte(bytes, position) &- 0x30
            guard digit < 10 else { throw .malformedRequestLine }
            status = status &* 10 &+ UInt16(digit)
        }
        // Many servers leave out the space when there is no reason; nothing is in doubt then.
        guard (100...599).contains(status), lineEnd == 12 || ByteScan.byte(bytes, 12) == 0x20
        else { throw .malformedRequestLine }
        return StatusLine(
            minorVersion: minor, status: status,
            reason: ByteRange(from: min(13, lineEnd), to: lineEnd), end: lineEnd &+ 2)
    }
}
