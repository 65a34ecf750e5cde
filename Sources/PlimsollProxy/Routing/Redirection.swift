import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

/// Sends clients elsewhere (`redirect`): to the request's own URL with some parts replaced.
public struct Redirection: Sendable {
    /// 301, 302, 303, 307 or 308.
    public let status: UInt16
    private let scheme: [UInt8]?
    private let host: [UInt8]?
    private let path: [UInt8]?

    init(_ settings: RedirectAnswer) {
        status = UInt16(settings.status)
        scheme = settings.scheme.map { Array($0.utf8) }
        host = settings.host.map { Array($0.utf8) }
        path = settings.path.map { Array($0.utf8) }
    }

    /// Writes the whole answer.
    /// - Parameters:
    ///   - bytes: what `head` was parsed from.
    ///   - path: the path to keep; empty: as received.
    ///   - isSecure: whether the request came by `https`.
    ///   - date: the time now as an IMF-fixdate, 29 bytes.
    ///   - rules: what the route does to response fields.
    public func write(
        _ head: RequestHead, bytes: Span<UInt8>, path: Span<UInt8>, isSecure: Bool,
        keepsAlive: Bool, requestID: RequestID, date: Span<UInt8>, rules: FieldRules,
        into writer: inout ByteWriter
    ) {
        let frame = AnswerFrame(
            status: status, minorVersion: head.minorVersion, keepsAlive: keepsAlive,
            isToHead: head.method == .head)
        AnswerWriter.begin(frame, date: date, rules: rules, into: &writer)
        AnswerWriter.write(requestID, rules: rules, into: &writer)
        writer.append("Location: ")
        writeLocation(head, bytes: bytes, path: path, isSecure: isSecure, into: &writer)
        writer.append("\r\n")
        AnswerWriter.finish(frame, rules: rules, body: Span(), into: &writer)
    }

    /// The target is absolute, so that no path can be taken for a host (`//elsewhere`).
    func writeLocation(
        _ head: RequestHead, bytes: Span<UInt8>, path received: Span<UInt8>, isSecure: Bool,
        into writer: inout ByteWriter
    ) {
        let own: StaticString = isSecure ? "https" : "http"
        let authority = bytes.extracting(head.authority.indices)
        if host != nil || !authority.isEmpty {
            if let scheme { writer.append(scheme) } else { writer.append(own) }
            writer.append("://")
            if let host {
                writer.append(host)
            } else {
                // A port belongs to the scheme it was spoken with.
                let keepsPort = scheme.map { ASCII.equals($0.span, own) } ?? true
                let count = keepsPort ? authority.count : Redirection.hostCount(authority)
                Redirection.writeSafely(authority.extracting(0..<count), into: &writer)
            }
        }
        if let path {
            writer.append(path)
        } else if received.count > 0 {
            Redirection.writePath(received, into: &writer)
        } else {
            Redirection.writePath(bytes.extracting(head.path.indices), into: &writer)
        }
        Redirection.writeSafely(bytes.extracting(head.query.indices), into: &writer)
    }

    /// A path that begins with exactly one slash.
    private static func writePath(_ path: Span<UInt8>, into writer: inout ByteWriter) {
        writer.append(0x2F)
        var start = 0
        while start < path.count, path[start] == 0x2F || path[start] == 0x5C { start += 1 }
        // `OPTIONS *` is about the server as a whole.
        if path.count == 1, path[0] == 0x2A { start = 1 }
        writeSafely(path.extracting(start..<path.count), into: &writer)
    }

    /// Percent-encodes what may not stand in a URL, line ends above all (RFC 3986, appendix A).
    private static func writeSafely(_ text: Span<UInt8>, into writer: inout ByteWriter) {
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case 0...0x20, 0x7F...0xFF, 0x22, 0x23, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D:
                writer.append(0x25)
                writer.append(digit(byte >> 4))
                writer.append(digit(byte & 15))
            default: writer.append(byte)
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? value + 0x30 : value + 0x37
    }

    private static func hostCount(_ authority: Span<UInt8>) -> Int {
        var position = authority.count
        while position > 0, authority[position - 1] &- 0x30 < 10 { position -= 1 }
        return position > 0 && authority[position - 1] == 0x3A ? position - 1 : authority.count
    }
}
