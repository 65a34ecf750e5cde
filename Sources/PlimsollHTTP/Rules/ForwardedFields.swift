import PlimsollCore

/// The fields by which proxies tell upstreams about clients: X-Forwarded-*, X-Real-IP, Forwarded
/// (RFC 7239). An untrusted peer's own are dropped and written anew; a trusted peer's are kept,
/// and what is a list is extended by the peer's address.
public enum ForwardedFields {
    /// What only trusted peers may say: about clients, about attempts, about urgency.
    static var trustedOnlyBits: UInt64 {
        FieldName.forwarded.bit | FieldName.xForwarded.bit | FieldName.xForwardedBy.bit
            | FieldName.xForwardedFor.bit | FieldName.xForwardedHost.bit
            | FieldName.xForwardedPort.bit | FieldName.xForwardedPrefix.bit
            | FieldName.xForwardedProto.bit | FieldName.xForwardedServer.bit
            | FieldName.xForwardedSSL.bit | FieldName.xRealIP.bit | FieldName.xAttempt.bit
            | FieldName.xPriority.bit | FieldName.xDeadline.bit
    }

    /// Whether an unknown name is a spelling of a field that its sender may not use.
    ///
    /// Servers that hand fields to programs as variables (CGI) make one name of `X-Real-IP` and
    /// `X_Real_IP`, and of `Proxy` the variable that tells libraries where to send requests.
    @inline(__always)
    static func isForbidden(other name: Span<UInt8>, isTrusted: Bool) -> Bool {
        let first = name[0] | 0x20
        // Nearly every unknown name that begins so is harmless, but only these can be harmful.
        guard first == 0x78 || first == 0x70 || first == 0x63 || first == 0x74 else { return false }
        return isForbiddenSpelling(name, isTrusted: isTrusted)
    }

    @inline(never)
    private static func isForbiddenSpelling(_ name: Span<UInt8>, isTrusted: Bool) -> Bool {
        if isTwin(name, of: "proxy") || isTwin(name, of: "content-length")
            || isTwin(name, of: "transfer-encoding")
        {
            return true
        }
        guard !isTrusted else { return false }
        if name.count >= 11, isTwin(name.extracting(0..<11), of: "x-forwarded") { return true }
        switch name.count {
        case 9: return isTwin(name, of: "x-real-ip") || isTwin(name, of: "x-attempt")
        case 10: return isTwin(name, of: "x-priority") || isTwin(name, of: "x-deadline")
        case 12: return isTwin(name, of: "x-request-id")
        default: return false
        }
    }

    /// Whether two names are the same once underscores are hyphens and case does not matter.
    private static func isTwin(_ name: Span<UInt8>, of known: StaticString) -> Bool {
        guard name.count == known.utf8CodeUnitCount else { return false }
        for index in name.indices {
            let byte = name[index] == 0x5F ? 0x2D : ASCII.lowered(name[index])
            guard byte == known.utf8Start[index] else { return false }
        }
        return true
    }

    /// Writes what a request's upstream is told about its client.
    /// - Parameter omittedBits: names that the route has decided about.
    @inline(__always)
    static func write(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>, peer: PeerFacts,
        sendsForwarded: Bool, omittedBits: UInt64, into writer: inout ByteWriter
    ) {
        let spoken = peer.isTrusted ? spokenBits(fields) : 0
        if spoken | (omittedBits & trustedOnlyBits) == 0, !sendsForwarded {
            // What nearly every request needs, without a question a field.
            writer.append("X-Forwarded-For: ")
            peer.write(into: &writer)
            writer.append("\r\nX-Real-IP: ")
            peer.write(into: &writer)
            if peer.isSecure {
                writer.append("\r\nX-Forwarded-Proto: https\r\n")
            } else {
                writer.append("\r\nX-Forwarded-Proto: http\r\n")
            }
            writeHost(head, bytes, into: &writer)
            return
        }
        writeWithCare(
            head, fields: fields, bytes: bytes, peer: peer, sendsForwarded: sendsForwarded,
            spoken: spoken, omittedBits: omittedBits, into: &writer)
    }

    /// The fields of this kind that a trusted peer sent, but for those that Connection names.
    @inline(__always)
    private static func spokenBits(_ fields: borrowing FieldList) -> UInt64 {
        guard fields.presentBits & trustedOnlyBits != 0 else { return 0 }
        var bits: UInt64 = 0
        for index in 0..<fields.count where !fields[index].isHopByHop {
            bits |= fields[index].name.bit
        }
        return bits & trustedOnlyBits
    }

    @inline(never)
    private static func writeWithCare(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>, peer: PeerFacts,
        sendsForwarded: Bool, spoken: UInt64, omittedBits: UInt64, into writer: inout ByteWriter
    ) {
        if omittedBits & FieldName.xForwardedFor.bit == 0 {
            writer.append("X-Forwarded-For: ")
            if spoken & FieldName.xForwardedFor.bit != 0 {
                writeList(.xForwardedFor, fields: fields, bytes: bytes, into: &writer)
            }
            peer.write(into: &writer)
            writer.append("\r\n")
        }
        // These a trusted peer has said already, if it has: they stayed where they were.
        let settled = spoken | omittedBits
        if settled & FieldName.xRealIP.bit == 0 {
            writer.append("X-Real-IP: ")
            writeRealAddress(spoken: spoken, fields: fields, bytes: bytes, peer, into: &writer)
            writer.append("\r\n")
        }
        if settled & FieldName.xForwardedProto.bit == 0 {
            writer.append(
                peer.isSecure
                    ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n")
        }
        if settled & FieldName.xForwardedHost.bit == 0 {
            writeHost(head, bytes, into: &writer)
        }
        if sendsForwarded, omittedBits & FieldName.forwarded.bit == 0 {
            writer.append("Forwarded: ")
            if spoken & FieldName.forwarded.bit != 0 {
                writeList(.forwarded, fields: fields, bytes: bytes, into: &writer)
            }
            writeForwardedElement(head, bytes: bytes, peer, into: &writer)
        }
    }

    /// The host that the client asked for; one that asked for none (HTTP/1.0) has none.
    @inline(__always)
    private static func writeHost(
        _ head: RequestHead, _ bytes: Span<UInt8>, into writer: inout ByteWriter
    ) {
        guard !head.authority.isEmpty else { return }
        writer.append("X-Forwarded-Host: ")
        writer.append(bytes.extracting(head.authority.indices))
        writer.append("\r\n")
    }

    /// Whether a request came to the first of us by `https`: as a trusted peer says in
    /// X-Forwarded-Proto, whose first value is about the client, else as the connection shows.
    @inline(__always)
    public static func isSecure(
        _ peer: PeerFacts, fields: borrowing FieldList, bytes: Span<UInt8>
    ) -> Bool {
        guard peer.isTrusted, fields.contains(.xForwardedProto) else { return peer.isSecure }
        return saysSecure(fields, bytes)
    }

    @inline(never)
    private static func saysSecure(_ fields: borrowing FieldList, _ bytes: Span<UInt8>) -> Bool {
        guard let index = fields.first(.xForwardedProto) else { return false }
        let value = bytes.extracting(fields[index].valueRange.indices)
        var count = 0
        while count < value.count, value[count] != 0x2C, value[count] > 0x20 { count += 1 }
        return ASCII.equalsIgnoringCase(value.extracting(0..<count), lowerCase: "https")
    }

    /// All values of a list, each with a comma behind it.
    private static func writeList(
        _ name: FieldName, fields: borrowing FieldList, bytes: Span<UInt8>,
        into writer: inout ByteWriter
    ) {
        for index in 0..<fields.count
        where fields[index].name == name && !fields[index].isHopByHop
            && !fields[index].valueRange.isEmpty
        {
            writer.append(bytes.extracting(fields[index].valueRange.indices))
            writer.append(", ")
        }
    }

    /// The address that a trusted peer added last to X-Forwarded-For: whom it spoke to. Without
    /// one, the peer is itself the client.
    private static func writeRealAddress(
        spoken: UInt64, fields: borrowing FieldList, bytes: Span<UInt8>, _ peer: PeerFacts,
        into writer: inout ByteWriter
    ) {
        var last = ByteRange.empty
        if spoken & FieldName.xForwardedFor.bit != 0 {
            for index in 0..<fields.count
            where fields[index].name == .xForwardedFor && !fields[index].isHopByHop {
                last = fields[index].valueRange
            }
        }
        let end = Int(last.end)
        var start = end
        while start > Int(last.start), bytes[start - 1] != 0x2C, bytes[start - 1] != 0x20 {
            start -= 1
        }
        if start == end {
            peer.write(into: &writer)
        } else {
            writer.append(bytes.extracting(start..<end))
        }
    }

    /// `for=192.0.2.1;host="example.com";proto=http` and the line's end (RFC 7239, section 4).
    private static func writeForwardedElement(
        _ head: RequestHead, bytes: Span<UInt8>, _ peer: PeerFacts, into writer: inout ByteWriter
    ) {
        writer.append(peer.isV6 ? "for=\"[" : "for=")
        peer.write(into: &writer)
        writer.append(peer.isV6 ? "]\"" : "")
        if !head.authority.isEmpty {
            writer.append(";host=\"")
            writer.append(bytes.extracting(head.authority.indices))
            writer.append("\"")
        }
        writer.append(peer.isSecure ? ";proto=https\r\n" : ";proto=http\r\n")
    }
}
