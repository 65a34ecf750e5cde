import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// An answer made here because the request was refused or its upstream failed: status,
/// `Proxy-Status` (RFC 9209), `Retry-After` where waiting helps, `X-Request-Id`, and a short body.
struct ErrorReply: Sendable {
    let status: UInt16
    /// The error type in Proxy-Status (RFC 9209, section 2.3).
    let error: StaticString
    /// The reason, as metrics and logs have it.
    let details: StaticString
    let requestID: RequestID
    /// Whole seconds, at least 1; 0: waiting does not help.
    var retryAfterSeconds: Int64 = 0
    /// Whose breaker is open, if one is.
    var scope: BreakerScope?
    var acceptsJSON = false
    /// The client's version: 0 or 1.
    var minorVersion: UInt8 = 1
    var isToHead = false
    /// Whether the client's connection stays open.
    var keepsAlive = false

    /// A refusal to protect an upstream or ourselves.
    /// - Parameter retryAfterNanoseconds: when a place is expected; rounded up to whole seconds.
    init(_ reason: ShedReason, requestID: RequestID, retryAfterNanoseconds: Int64) {
        status = reason.status
        error = reason.proxyStatusError
        details = reason.label
        self.requestID = requestID
        if reason.hasRetryAfter {
            retryAfterSeconds = ErrorReply.wholeSeconds(retryAfterNanoseconds)
        }
    }

    /// The last attempt failed.
    init(_ failure: FailureKind, requestID: RequestID) {
        status = failure.status
        error = failure.proxyStatusError
        details = failure.label
        self.requestID = requestID
    }

    /// The request itself is at fault, or nothing here serves it.
    /// - Parameters:
    ///   - status: 400 to 599.
    ///   - details: printable ASCII without quotes and backslashes.
    init(refused status: UInt16, details: StaticString, requestID: RequestID) {
        self.status = status
        self.details = details
        self.requestID = requestID
        error = ErrorReply.errorType(ofRefusal: status)
    }

    /// The answer for the way an exchange ended. Only for ends that are answered here.
    init(_ reason: EndReason, requestID: RequestID, retryAfterNanoseconds: Int64) {
        switch reason {
        case .none: preconditionFailure("an exchange that is answered here has a reason")
        case .shed(let reason):
            self.init(
                reason, requestID: requestID, retryAfterNanoseconds: retryAfterNanoseconds)
        case .failed(let failure): self.init(failure, requestID: requestID)
        case .client(let fault):
            self.init(refused: fault.status, details: fault.label, requestID: requestID)
        }
    }

    /// Takes over what the answer must know of its request.
    mutating func address(to head: RequestHead, keepsAlive: Bool) {
        acceptsJSON = head.acceptsJSON
        minorVersion = head.minorVersion
        isToHead = head.method == .head
        self.keepsAlive = keepsAlive
    }

    /// Writes the whole answer, at most 1 KiB.
    /// - Parameter date: the time now as an IMF-fixdate, 29 bytes.
    func write(into writer: inout ByteWriter, date: Span<UInt8>) {
        let frame = AnswerFrame(
            status: status, minorVersion: minorVersion, keepsAlive: keepsAlive,
            isToHead: isToHead)
        AnswerWriter.begin(frame, date: date, rules: nil, into: &writer)
        AnswerWriter.write(requestID, rules: nil, into: &writer)
        writer.append("Proxy-Status: plimsoll; error=")
        writer.append(error)
        writer.append("; details=\"")
        writer.append(details)
        writer.append("\"")
        if let scope {
            writer.append("; scope=")
            writer.append(scope.label)
        }
        if acceptsJSON {
            writer.append("\r\nContent-Type: application/json\r\n")
        } else {
            writer.append("\r\nContent-Type: text/plain; charset=utf-8\r\n")
        }
        // What is true of this moment must not be kept by a cache.
        writer.append("Cache-Control: no-store\r\n")
        if retryAfterSeconds > 0 {
            writer.append("Retry-After: ")
            writer.append(decimal: UInt64(retryAfterSeconds))
            writer.append("\r\n")
        }
        var memory = InlineArray<384, UInt8>(repeating: 0)
        var span = memory.mutableSpan
        let count = span.withUnsafeMutableBytes { bytes in
            var body = ByteWriter(bytes)
            if acceptsJSON { writeJSON(into: &body) } else { writeText(into: &body) }
            precondition(!body.overflowed, "the body of an error fits")
            return body.count
        }
        AnswerWriter.finish(
            frame, rules: nil, body: memory.span.extracting(0..<count), into: &writer)
    }

    private func writeJSON(into body: inout ByteWriter) {
        body.append("{\"status\":")
        body.append(decimal: UInt64(status))
        body.append(",\"error\":\"")
        body.append(error)
        body.append("\",\"reason\":\"")
        body.append(details)
        if let scope {
            body.append("\",\"scope\":\"")
            body.append(scope.label)
        }
        body.append("\",\"request_id\":\"")
        requestID.write(into: &body)
        if retryAfterSeconds > 0 {
            body.append("\",\"retry_after\":")
            body.append(decimal: UInt64(retryAfterSeconds))
            body.append("}\n")
        } else {
            body.append("\"}\n")
        }
    }

    private func writeText(into body: inout ByteWriter) {
        body.append(decimal: UInt64(status))
        body.append(0x20)
        body.append(ReasonPhrase.of(status))
        body.append(": ")
        body.append(details)
        if let scope {
            body.append(", ")
            body.append(scope.label)
        }
        body.append("\nRequest ")
        requestID.write(into: &body)
        body.append(0x0A)
    }

    /// Rounded up, so that who waits that long does not come too early; at least 1.
    static func wholeSeconds(_ nanoseconds: Int64) -> Int64 {
        guard nanoseconds > 1_000_000_000 else { return 1 }
        return (nanoseconds - 1) / 1_000_000_000 + 1
    }

    private static func errorType(ofRefusal status: UInt16) -> StaticString {
        switch status {
        case 404, 421: "destination_not_found"
        case 403, 429: "http_request_denied"
        case 500: "proxy_internal_error"
        case 502: "http_protocol_error"
        case 503: "connection_limit_reached"
        case 504: "http_response_timeout"
        default: "http_request_error"
        }
    }
}
