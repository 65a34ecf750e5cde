import PlimsollCore

/// What a request asks for (RFC 9110, section 9).
public enum Method: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case get
    case head
    case post
    case put
    case delete
    case options
    case patch
    case connect
    case trace
    /// Any other token: forwarded as it was written.
    case other

    /// Whether the request is meant to change nothing (RFC 9110, section 9.2.1).
    public var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace: true
        case .post, .put, .delete, .patch, .connect, .other: false
        }
    }

    /// Whether doing it twice means the same as doing it once (RFC 9110, section 9.2.2). An unknown
    /// method is taken to be neither safe nor idempotent.
    public var isIdempotent: Bool {
        isSafe || self == .put || self == .delete
    }

    /// The method that a token names. Methods are case-sensitive: `get` is ``other``.
    public init(_ token: Span<UInt8>) {
        switch token.count {
        case 3:
            self =
                ASCII.equals(token, "GET") ? .get : ASCII.equals(token, "PUT") ? .put : .other
        case 4:
            self =
                ASCII.equals(token, "HEAD") ? .head : ASCII.equals(token, "POST") ? .post : .other
        case 5:
            self =
                ASCII.equals(token, "PATCH")
                ? .patch : ASCII.equals(token, "TRACE") ? .trace : .other
        case 6:
            self = ASCII.equals(token, "DELETE") ? .delete : .other
        case 7:
            self =
                ASCII.equals(token, "OPTIONS")
                ? .options : ASCII.equals(token, "CONNECT") ? .connect : .other
        default:
            self = .other
        }
    }
}
