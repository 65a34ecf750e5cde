import PlimsollCore

/// The frame of an answer made here: who it is for, and what becomes of the connection.
public struct AnswerFrame: BitwiseCopyable, Sendable {
    /// 200 to 599.
    public var status: UInt16
    /// The client's version: 0 or 1.
    public var minorVersion: UInt8
    /// Whether the connection stays open behind the answer.
    public var keepsAlive: Bool
    /// The answer is to HEAD: it says how long its body would be and has none.
    public var isToHead: Bool

    public init(status: UInt16, minorVersion: UInt8, keepsAlive: Bool, isToHead: Bool) {
        self.status = status
        self.minorVersion = minorVersion
        self.keepsAlive = keepsAlive
        self.isToHead = isToHead
    }

    /// 204 and 304 never have one (RFC 9110, sections 15.3.5 and 15.4.5).
    var canHaveBody: Bool { status != 204 && status != 304 }
}

/// Writes answers made here, in the order begin, fields of the caller's, finish.
public enum AnswerWriter {
    /// Writes the status line, Date and, if it needs saying, Connection.
    /// - Parameters:
    ///   - date: the time now as an IMF-fixdate, 29 bytes.
    ///   - rules: what the route does to response fields; a Date that it sets or removes is its.
    public static func begin(
        _ frame: AnswerFrame, date: Span<UInt8>, rules: FieldRules?, into writer: inout ByteWriter
    ) {
        writer.append("HTTP/1.1 ")
        writer.append(decimal: UInt64(frame.status))
        writer.append(0x20)
        writer.append(ReasonPhrase.of(frame.status))
        writer.append("\r\n")
        if rules?.changes(.date) != true {
            writer.append("Date: ")
            writer.append(date)
            writer.append("\r\n")
        }
        if !frame.keepsAlive {
            writer.append("Connection: close\r\n")
        } else if frame.minorVersion == 0 {
            writer.append("Connection: keep-alive\r\n")
        }
    }

    /// Writes `X-Request-Id`, by which an answer made here is found in the logs, unless the route
    /// sets or removes it.
    public static func write(
        _ requestID: RequestID, rules: FieldRules?, into writer: inout ByteWriter
    ) {
        if rules?.changes(.xRequestID) == true { return }
        writer.append("X-Request-Id: ")
        requestID.write(into: &writer)
        writer.append("\r\n")
    }

    /// Writes the length, the head's end, and the body unless there can be none.
    /// - Parameter rules: what the route does to response fields: its lines are added.
    public static func finish(
        _ frame: AnswerFrame, rules: FieldRules?, body: Span<UInt8>, into writer: inout ByteWriter
    ) {
        rules?.writeLines(into: &writer)
        guard frame.canHaveBody else {
            writer.append("\r\n")
            return
        }
        writer.append("Content-Length: ")
        writer.append(decimal: UInt64(body.count))
        writer.append("\r\n\r\n")
        if !frame.isToHead { writer.append(body) }
    }
}
