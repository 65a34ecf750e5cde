import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

/// A route's own answer (`respond`).
public struct FixedReply: Sendable {
    /// 200 to 599.
    public let status: UInt16
    private let contentType: [UInt8]
    private let body: [UInt8]

    init(_ settings: FixedAnswer) {
        status = UInt16(settings.status)
        contentType = Array("Content-Type: \(settings.contentType)\r\n".utf8)
        body = Array(settings.body.utf8)
    }

    /// 200 without a body.
    static let emptyOK = FixedReply(FixedAnswer())

    /// Bytes of the body.
    public var bodyCount: Int { body.count }

    /// Writes the whole answer.
    /// - Parameters:
    ///   - date: the time now as an IMF-fixdate, 29 bytes.
    ///   - rules: what the route does to response fields.
    public func write(
        minorVersion: UInt8, keepsAlive: Bool, isToHead: Bool, requestID: RequestID,
        date: Span<UInt8>, rules: FieldRules, into writer: inout ByteWriter
    ) {
        let frame = AnswerFrame(
            status: status, minorVersion: minorVersion, keepsAlive: keepsAlive,
            isToHead: isToHead)
        AnswerWriter.begin(frame, date: date, rules: rules, into: &writer)
        AnswerWriter.write(requestID, rules: rules, into: &writer)
        if !body.isEmpty, !rules.changes(.contentType) { writer.append(contentType) }
        AnswerWriter.finish(frame, rules: rules, body: body.span, into: &writer)
    }
}
