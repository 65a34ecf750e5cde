import PlimsollCore
import PlimsollHTTP

/// Heads in, heads out: what a test writes as text goes through the parser and the writer.
enum WrittenHead {
    static var date: [UInt8] { Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8) }

    static func peer(
        _ address: String = "192.0.2.7", isTrusted: Bool = false, isSecure: Bool = false
    )
        -> PeerFacts
    {
        PeerFacts(
            SocketAddress(parsingHost: Array(address.utf8).span, port: 1), isTrusted: isTrusted,
            isSecure: isSecure)
    }

    /// The lines of a forwarded request's head, without the empty one.
    static func request(
        _ lines: [String], peer: PeerFacts = peer(), path: String = "",
        host: HostRule = HostRule("app.test:8080", replaces: false),
        rules: FieldRules = FieldRules(), framing: BodyFraming? = nil, allowsUpgrade: Bool = true,
        sendsForwarded: Bool = false
    ) -> [String] {
        let bytes = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        var parser = HeadParser(fieldCountMaximum: 40)
        var scanned = 0
        guard
            case .complete(let head) = parser.parseRequest(
                bytes.span, scanned: &scanned, limits: HeadLimits())
        else { return ["refused"] }
        var random = RandomSource(seed: 1)
        let requestID = RequestID(
            fields: parser.fields, bytes: bytes.span, isTrusted: peer.isTrusted, random: &random)
        var forwarding = RequestForwarding(
            peer: peer, requestID: requestID, framing: framing ?? head.framing)
        forwarding.allowsUpgrade = allowsUpgrade
        forwarding.sendsForwarded = sendsForwarded
        let text = TestText.written { writer in
            HeadWriter.writeRequest(
                head, fields: parser.fields, bytes: bytes.span, path: Array(path.utf8).span,
                forwarding, host: host, rules: rules, into: &writer)
        }
        return split(text)
    }

    /// The lines of a forwarded response's head, without the empty one.
    static func response(
        _ lines: [String], method: Method = .get, minorVersion: UInt8 = 1, keepsAlive: Bool = true,
        rules: FieldRules = FieldRules()
    ) -> [String] {
        let bytes = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        var parser = HeadParser(fieldCountMaximum: 40)
        var scanned = 0
        guard
            case .complete(let head) = parser.parseResponse(
                bytes.span, scanned: &scanned, method: method, limits: HeadLimits())
        else { return ["refused"] }
        let forwarding = ResponseForwarding(
            framing: head.framing.passedOn(toMinorVersion: minorVersion),
            clientMinorVersion: minorVersion, keepsAlive: keepsAlive)
        let text = TestText.written { writer in
            HeadWriter.writeResponse(
                head, fields: parser.fields, bytes: bytes.span, forwarding, date: date.span,
                rules: rules, into: &writer)
        }
        return split(text)
    }

    private static func split(_ text: String) -> [String] {
        precondition(text.hasSuffix("\r\n\r\n"), "a head ends with an empty line")
        // A CR and LF are one Character, so text is split as bytes.
        return text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast(2)
            .map { line in
                precondition(line.last == 0x0D, "lines end with CR and LF")
                return String(decoding: line.dropLast(), as: UTF8.self)
            }
    }
}

extension [String] {
    /// The values of the fields with a name, without regard to case.
    func values(_ name: String) -> [String] {
        let prefix = name.lowercased() + ":"
        return dropFirst().filter { $0.lowercased().hasPrefix(prefix) }
            .map { line in String(line.dropFirst(prefix.count).drop { $0 == " " }) }
    }
}
