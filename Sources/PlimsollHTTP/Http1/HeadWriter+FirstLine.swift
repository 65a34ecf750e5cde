import PlimsollCore

/// First lines: copied together with the fields where they can stay as they are.
extension RequestHead {
    /// Whether the received request line, and Host behind it, are what we would write: origin
    /// form on HTTP/1.1. The length proves that nothing else is on the line.
    @inline(__always)
    var isVerbatim: Bool {
        minorVersion == 1 && authority.start > target.end && target.start == path.start
            && target.count == path.count &+ query.count
            && target.start == methodRange.end &+ 1
    }

    /// The request line with its end: a space before the target, and ` HTTP/1.1` behind it.
    @inline(__always)
    var requestLine: Range<Int> {
        Int(methodRange.start)..<Int(target.end) &+ 11
    }
}

extension ResponseHead {
    /// Whether the received status line is what we would write.
    @inline(__always)
    var isVerbatim: Bool { minorVersion == 1 && reason.start == 13 }

    /// `HTTP/1.1 200 ` takes 13 bytes.
    @inline(__always)
    var statusLine: Range<Int> { 0..<Int(reason.end) &+ 2 }
}

extension HeadWriter {
    @inline(never)
    static func writeRequestLine(
        _ head: RequestHead, _ bytes: Span<UInt8>, path: Span<UInt8>, into writer: inout ByteWriter
    ) {
        writer.append(bytes.extracting(head.methodRange.indices))
        writer.append(0x20)
        if path.count > 0 {
            writer.append(path)
        } else if head.path.isEmpty {
            // Absolute form without a path (RFC 9112, sections 3.2.1 and 3.2.4).
            writer.append(head.method == .options && head.query.isEmpty ? "*" : "/")
        } else {
            writer.append(bytes.extracting(head.path.indices))
        }
        writer.append(bytes.extracting(head.query.indices))
        writer.append(" HTTP/1.1\r\n")
    }

    /// The attempt that a trusted peer is at, if it is one digit: right behind the request line,
    /// where ``AttemptField`` finds it.
    @inline(never)
    static func writeAttempt(
        _ fields: borrowing FieldList, _ bytes: Span<UInt8>, into writer: inout ByteWriter
    ) {
        guard let index = fields.first(.xAttempt), !fields[index].isHopByHop,
            fields[index].valueRange.count == 1
        else { return }
        let digit = bytes[Int(fields[index].valueRange.start)]
        guard digit >= 0x31, digit <= 0x39 else { return }
        writer.append("X-Attempt: ")
        writer.append(digit)
        writer.append("\r\n")
    }

    @inline(never)
    static func writeHost(
        _ head: RequestHead, _ bytes: Span<UInt8>, into writer: inout ByteWriter
    ) {
        writer.append("Host: ")
        writer.append(bytes.extracting(head.authority.indices))
        writer.append("\r\n")
    }

    @inline(never)
    static func writeStatusLine(
        _ head: ResponseHead, _ bytes: Span<UInt8>, into writer: inout ByteWriter
    ) {
        writer.append("HTTP/1.1 ")
        writer.append(decimal: UInt64(head.status))
        writer.append(0x20)
        writer.append(bytes.extracting(head.reason.indices))
        writer.append("\r\n")
    }
}
