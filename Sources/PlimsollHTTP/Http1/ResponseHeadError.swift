/// Why an upstream's head is refused. In every case: answer the client 502 and close the
/// connection to the upstream.
public enum ResponseHeadError: UInt8, Error, BitwiseCopyable, Sendable, CaseIterable {
    /// The status line is not `version SP status SP reason CRLF`, or its status is not 100 to 599.
    case malformedStatusLine
    /// A version other than HTTP/1.0 and HTTP/1.1.
    case unsupportedVersion
    case headTooLarge
    case tooManyFields
    /// A bare CR or LF, another control byte, a folded line, a bad name.
    case invalidField
    /// A Content-Length that is not one number below 2^63, or is given twice.
    case invalidContentLength
    /// Content-Length and Transfer-Encoding together.
    case conflictingFraming
    /// Any Transfer-Encoding but exactly `chunked`, and any on HTTP/1.0.
    case invalidTransferEncoding

    /// What Proxy-Status says of it.
    public var details: StaticString {
        switch self {
        case .malformedStatusLine: "malformed status line"
        case .unsupportedVersion: "unsupported HTTP version"
        case .headTooLarge: "head too large"
        case .tooManyFields: "too many fields"
        case .invalidField: "invalid field"
        case .invalidContentLength: "invalid Content-Length"
        case .conflictingFraming: "Content-Length with Transfer-Encoding"
        case .invalidTransferEncoding: "invalid Transfer-Encoding"
        }
    }
}
