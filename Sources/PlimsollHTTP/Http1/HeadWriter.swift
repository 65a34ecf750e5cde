import PlimsollCore

/// What becomes of a request on its way upstream, beyond what its head says.
public struct RequestForwarding: BitwiseCopyable, Sendable {
    public var peer: PeerFacts
    public var requestID: RequestID
    /// The framing of the body that will follow; nearly always the head's own.
    public var framing: BodyFraming
    /// Whether the route lets the head's upgrade happen.
    public var allowsUpgrade = false
    /// Whether RFC 7239's `Forwarded` is written as well.
    public var sendsForwarded = false

    public init(peer: PeerFacts, requestID: RequestID, framing: BodyFraming) {
        self.peer = peer
        self.requestID = requestID
        self.framing = framing
    }
}

/// What becomes of a response on its way to the client, beyond what its head says.
public struct ResponseForwarding: BitwiseCopyable, Sendable {
    /// The framing of the body that will follow (``BodyFraming/passedOn(toMinorVersion:)``).
    public var framing: BodyFraming
    /// 0 or 1.
    public var clientMinorVersion: UInt8
    /// Whether the client's connection stays open after this answer.
    public var keepsAlive: Bool

    public init(framing: BodyFraming, clientMinorVersion: UInt8, keepsAlive: Bool) {
        self.framing = framing
        self.clientMinorVersion = clientMinorVersion
        self.keepsAlive = keepsAlive
    }
}

extension BodyFraming {
    /// How a response body of this framing reaches a client: a length stays one, everything else
    /// is chunked, or lasts until the connection's end for HTTP/1.0.
    public func passedOn(toMinorVersion minorVersion: UInt8) -> BodyFraming {
        switch self {
        case .none, .length: self
        case .chunked, .untilClose: minorVersion >= 1 ? .chunked : .untilClose
        }
    }
}

/// Serialises heads anew (RFC 9112): our own version, one Host, one framing, nothing that was
/// about the connection it came by. What is kept leaves in as few copies as can be; nothing is
/// allocated. A head that does not fit shows in ``ByteWriter/overflowed``.
public enum HeadWriter {
    /// Writes the head of a request for its upstream.
    ///
    /// - Parameters:
    ///   - bytes: what `head` and `fields` were parsed from.
    ///   - path: the path that was matched, if it is not byte for byte the one received; begins
    ///     with a slash and has no control bytes. Empty: as received.
    ///   - host: which Host it is told.
    ///   - rules: what the route does to request fields.
    public static func writeRequest(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>, path: Span<UInt8>,
        _ forwarding: RequestForwarding, host: HostRule, rules: FieldRules,
        into writer: inout ByteWriter
    ) {
        let isTrusted = forwarding.peer.isTrusted
        let dropBits =
            requestDropBits(head, forwarding) | rules.dropBits
            | (isTrusted ? 0 : ForwardedFields.trustedOnlyBits)
        bytes.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return }
            let speaksAttempt = isTrusted && fields.contains(.xAttempt)
            let replacesHost = host.replaces || head.authority.isEmpty
            let isVerbatim =
                head.isVerbatim && path.isEmpty && !speaksAttempt && !replacesHost
            var copier = FieldCopier(base, run: isVerbatim ? head.requestLine : 0..<0)
            if !isVerbatim {
                writeRequestLine(head, bytes, path: path, into: &writer)
                if speaksAttempt { writeAttempt(fields, bytes, into: &writer) }
                if replacesHost {
                    host.write(into: &writer)
                } else {
                    writeHost(head, bytes, into: &writer)
                }
            }
            for index in 0..<fields.count {
                let field = fields[index]
                if field.name == .host {
                    // Not even Connection can take it away.
                    if isVerbatim { copier.keep(field, into: &writer) }
                    continue
                }
                if field.name.bit & dropBits != 0 || field.isHopByHop { continue }
                if field.name == .other {
                    let name = bytes.extracting(field.nameRange.indices)
                    if ForwardedFields.isForbidden(other: name, isTrusted: isTrusted) { continue }
                    if rules.dropsOthers, rules.drops(other: name) { continue }
                }
                copier.keep(field, into: &writer)
            }
            copier.flush(into: &writer)
        }
        writeRequestEnd(
            head, fields: fields, bytes: bytes, forwarding, rules: rules, into: &writer)
    }

    /// The fields of a request that we write ourselves, or that mean nothing onwards.
    @inline(__always)
    private static func requestDropBits(
        _ head: RequestHead, _ forwarding: RequestForwarding
    ) -> UInt64 {
        var bits = FieldName.contentLength.bit | FieldName.xRequestID.bit
        // A trusted peer's attempt is written where ``AttemptField`` looks for it.
        bits |= FieldName.xForwardedFor.bit | FieldName.xAttempt.bit
        if forwarding.sendsForwarded { bits |= FieldName.forwarded.bit }
        if head.maxForwards >= 0 { bits |= FieldName.maxForwards.bit }
        if !head.expectsContinue { bits |= FieldName.expect.bit }
        if forwarding.framing != .chunked { bits |= FieldName.trailer.bit }
        return bits
    }

    @inline(__always)
    private static func writeRequestEnd(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>,
        _ forwarding: RequestForwarding, rules: FieldRules, into writer: inout ByteWriter
    ) {
        ForwardedFields.write(
            head, fields: fields, bytes: bytes, peer: forwarding.peer,
            sendsForwarded: forwarding.sendsForwarded, omittedBits: rules.dropBits, into: &writer)
        if rules.dropBits & FieldName.xRequestID.bit == 0 {
            writer.append("X-Request-Id: ")
            forwarding.requestID.write(into: &writer)
            writer.append("\r\n")
        }
        if forwarding.framing != .none { writeFraming(forwarding.framing, into: &writer) }
        if head.maxForwards > 0 {
            writer.append("Max-Forwards: ")
            writer.append(decimal: UInt64(head.maxForwards - 1))
            writer.append("\r\n")
        }
        if head.upgrade == .websocket, forwarding.allowsUpgrade {
            writer.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        }
        rules.writeLines(into: &writer)
        writeVia(minorVersion: head.minorVersion, rules: rules, into: &writer)
        writer.append("\r\n")
    }

    /// Writes the head of a response for the client: an interim one, a 101, or the final one.
    ///
    /// X-Request-Id is not added: what the upstream says passes, and answers made here say it
    /// themselves.
    ///
    /// - Parameters:
    ///   - bytes: what `head` and `fields` were parsed from.
    ///   - date: the time now as an IMF-fixdate, 29 bytes; written where Date is missing.
    ///   - rules: what the route does to response fields.
    public static func writeResponse(
        _ head: ResponseHead, fields: borrowing FieldList, bytes: Span<UInt8>,
        _ forwarding: ResponseForwarding, date: Span<UInt8>, rules: FieldRules,
        into writer: inout ByteWriter
    ) {
        var dropBits = FieldName.contentLength.bit | rules.dropBits
        if forwarding.framing != .chunked { dropBits |= FieldName.trailer.bit }
        bytes.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return }
            var copier = FieldCopier(base, run: head.isVerbatim ? head.statusLine : 0..<0)
            if !head.isVerbatim { writeStatusLine(head, bytes, into: &writer) }
            for index in 0..<fields.count {
                let field = fields[index]
                if field.name.bit & dropBits != 0 || field.isHopByHop { continue }
                if field.name == .other, rules.dropsOthers,
                    rules.drops(other: bytes.extracting(field.nameRange.indices))
                {
                    continue
                }
                copier.keep(field, into: &writer)
            }
            copier.flush(into: &writer)
        }
        if head.status >= 200 {
            writeResponseFraming(head, fields: fields, bytes: bytes, forwarding, into: &writer)
            if !fields.contains(.date), rules.dropBits & FieldName.date.bit == 0 {
                writer.append("Date: ")
                writer.append(date)
                writer.append("\r\n")
            }
        } else if head.status == 101 {
            writer.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        }
        rules.writeLines(into: &writer)
        writeVia(minorVersion: head.minorVersion, rules: rules, into: &writer)
        writer.append("\r\n")
    }

    @inline(__always)
    private static func writeResponseFraming(
        _ head: ResponseHead, fields: borrowing FieldList, bytes: Span<UInt8>,
        _ forwarding: ResponseForwarding, into writer: inout ByteWriter
    ) {
        if forwarding.framing != .none {
            writeFraming(forwarding.framing, into: &writer)
        } else if head.status != 204, let index = fields.first(.contentLength),
            fields.repeatedBits & FieldName.contentLength.bit == 0,
            let length = ASCII.decimal(bytes.extracting(fields[index].valueRange.indices))
        {
            // To HEAD and in a 304 it is the length that a body would have had.
            writeFraming(.length(length), into: &writer)
        }
        if !forwarding.keepsAlive || forwarding.framing == .untilClose {
            writer.append("Connection: close\r\n")
        } else if forwarding.clientMinorVersion == 0 {
            writer.append("Connection: keep-alive\r\n")
        }
    }

    @inline(__always)
    static func writeFraming(_ framing: BodyFraming, into writer: inout ByteWriter) {
        switch framing {
        case .none, .untilClose: break
        case .chunked: writer.append("Transfer-Encoding: chunked\r\n")
        case .length(let count):
            writer.append("Content-Length: ")
            writer.append(decimal: UInt64(count))
            writer.append("\r\n")
        }
    }

    /// The version in Via is that of the message as it was received (RFC 9110, section 7.6.3).
    @inline(__always)
    private static func writeVia(
        minorVersion: UInt8, rules: FieldRules, into writer: inout ByteWriter
    ) {
        guard rules.dropBits & FieldName.via.bit == 0 else { return }
        if minorVersion >= 1 {
            writer.append("Via: 1.1 plimsoll\r\n")
        } else {
            writer.append("Via: 1.0 plimsoll\r\n")
        }
    }
}
