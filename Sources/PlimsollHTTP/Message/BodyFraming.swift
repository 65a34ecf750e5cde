/// How the end of a message's body is found (RFC 9112, section 6).
public enum BodyFraming: BitwiseCopyable, Sendable, Equatable {
    /// There is no body, and nothing said so: no Content-Length, no Transfer-Encoding.
    case none
    /// Content-Length bytes: 0 to 2^63 - 1.
    case length(Int64)
    /// Transfer-Encoding: chunked.
    case chunked
    /// A response that lasts until the connection ends.
    case untilClose

    /// Whether any byte of a body can follow the head.
    public var hasBody: Bool {
        switch self {
        case .none, .length(0): false
        case .length, .chunked, .untilClose: true
        }
    }
}
