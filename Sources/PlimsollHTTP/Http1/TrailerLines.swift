import PlimsollCore

/// Collects the field lines after a chunked body.
struct TrailerLines: Sendable {
    /// Most bytes of all lines, those that are dropped included.
    static var bytesMaximum: Int { 8192 }
    /// Most lines, those that are dropped included.
    static var linesMaximum: Int { 64 }

    /// The lines that are kept, each with its CRLF; behind them the one that is being read.
    private(set) var lines: [UInt8] = []
    private var lineStart: Int32 = 0
    private var byteCount: Int32 = 0
    private var lineCount: Int32 = 0

    /// Takes a byte of a line without its CRLF.
    mutating func append(_ byte: UInt8) -> BodyError? {
        byteCount += 1
        guard byteCount <= TrailerLines.bytesMaximum else { return .trailersTooLarge }
        guard byte == 0x09 || (byte >= 0x20 && byte != 0x7F) else { return .invalidTrailer }
        lines.append(byte)
        return nil
    }

    /// Keeps or drops the line, which is whole.
    mutating func endLine() -> BodyError? {
        lineCount += 1
        guard lineCount <= TrailerLines.linesMaximum else { return .trailersTooLarge }
        let start = Int(lineStart)
        guard let colon = lines[start...].firstIndex(of: 0x3A),
            ListRules.isToken(lines.span.extracting(start..<colon))
        else { return .invalidTrailer }
        if TrailerLines.isAllowed(lines[start..<colon]) {
            lines.append(0x0D)
            lines.append(0x0A)
            lineStart = Int32(lines.count)
        } else {
            lines.removeSubrange(start...)
        }
        return nil
    }

    /// Framing, routing, credentials and whatever else a proxy or a server acts upon has no
    /// business behind the body (RFC 9110, section 6.5.1): no name that we know is let through.
    /// An underscore counts as a hyphen, as it does to servers that make variables of fields.
    private static func isAllowed(_ name: ArraySlice<UInt8>) -> Bool {
        let hyphenated = name.map { $0 == 0x5F ? 0x2D : $0 }
        return FieldName(hyphenated.span) == .other
    }
}
