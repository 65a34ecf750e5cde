/// Why a request's head is refused. In every case: answer ``status`` and close the connection,
/// for nothing that follows on it can be trusted.
public enum RequestHeadError: UInt8, Error, BitwiseCopyable, Sendable, CaseIterable {
    /// The request line is not `method SP target SP version CRLF`.
    case malformedRequestLine
    /// The method is not a token.
    case invalidMethod
    /// CONNECT or TRACE. Neither is implemented for any resource, which is 501 and not 405
    /// (RFC 9110, sections 9.1 and 15.6.2).
    case unimplementedMethod
    /// A byte that no target may hold, or a target of no known form.
    case invalidTarget
    /// The request line is longer than the limit.
    case requestLineTooLong
    /// A version other than HTTP/1.0 and HTTP/1.1, or none at all (HTTP/0.9).
    case unsupportedVersion
    /// The head is longer than the limit.
    case headTooLarge
    /// More fields than the table holds.
    case tooManyFields
    /// A CR that no LF follows.
    case bareCarriageReturn
    /// An LF that no CR precedes.
    case bareLineFeed
    /// NUL or another control byte.
    case controlByte
    /// A field continued on a further line.
    case foldedField
    /// A field line without a colon, or whose name is empty or not a token.
    case invalidFieldName
    /// White space between a field's name and its colon.
    case spaceBeforeColon
    case missingHost
    case repeatedHost
    case malformedHost
    /// A Content-Length that is not one number below 2^63, or is given twice.
    case invalidContentLength
    /// Content-Length and Transfer-Encoding together.
    case conflictingFraming
    /// Transfer-Encoding that is malformed, empty or applies chunked twice.
    case invalidTransferEncoding
    /// A transfer coding other than chunked.
    case unknownTransferCoding
    /// Transfer-Encoding in an HTTP/1.0 request.
    case transferEncodingOnOldVersion
    /// Connection holds something other than tokens, or more of them than are compared.
    case invalidConnection
    /// Max-Forwards of an OPTIONS request that is not one number.
    case invalidMaxForwards
    /// An expectation other than `100-continue`.
    case unknownExpectation

    /// The status to answer with.
    public var status: UInt16 {
        switch self {
        case .requestLineTooLong: 414
        case .unknownExpectation: 417
        case .headTooLarge, .tooManyFields: 431
        case .unimplementedMethod, .unknownTransferCoding: 501
        case .unsupportedVersion: 505
        case .malformedRequestLine, .invalidMethod, .invalidTarget, .bareCarriageReturn,
            .bareLineFeed, .controlByte, .foldedField, .invalidFieldName, .spaceBeforeColon,
            .missingHost, .repeatedHost, .malformedHost, .invalidContentLength,
            .conflictingFraming, .invalidTransferEncoding, .transferEncodingOnOldVersion,
            .invalidConnection, .invalidMaxForwards:
            400
        }
    }

    /// What Proxy-Status says of it.
    public var details: StaticString {
        switch self {
        case .malformedRequestLine: "malformed request line"
        case .invalidMethod: "invalid method"
        case .unimplementedMethod: "method not implemented"
        case .invalidTarget: "invalid request target"
        case .requestLineTooLong: "request line too long"
        case .unsupportedVersion: "unsupported HTTP version"
        case .headTooLarge: "head too large"
        case .tooManyFields: "too many fields"
        case .bareCarriageReturn: "bare CR"
        case .bareLineFeed: "bare LF"
        case .controlByte: "control byte"
        case .foldedField: "folded field"
        case .invalidFieldName: "invalid field name"
        case .spaceBeforeColon: "space before colon"
        case .missingHost: "missing Host"
        case .repeatedHost: "repeated Host"
        case .malformedHost: "malformed Host"
        case .invalidContentLength: "invalid Content-Length"
        case .conflictingFraming: "Content-Length with Transfer-Encoding"
        case .invalidTransferEncoding: "invalid Transfer-Encoding"
        case .unknownTransferCoding: "unknown transfer coding"
        case .transferEncodingOnOldVersion: "Transfer-Encoding on HTTP/1.0"
        case .invalidConnection: "invalid Connection"
        case .invalidMaxForwards: "invalid Max-Forwards"
        case .unknownExpectation: "unknown expectation"
        }
    }
}
