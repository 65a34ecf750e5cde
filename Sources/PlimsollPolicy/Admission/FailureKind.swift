/// How an attempt at an endpoint failed.
public enum FailureKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The endpoint refused the connection, or a reset came in its place.
    case connectRefused
    /// No connection within the connect timeout.
    case connectTimeout
    /// No route, no descriptor, no address: the connection never left.
    case connectFailed
    /// A kept-alive connection turned out to be closed before any byte of a response. The
    /// upstream's idle timeout did that; it says nothing about its health.
    case staleConnection
    /// A fresh connection closed before any byte of a response.
    case resetBeforeResponse
    /// The connection closed within the response.
    case resetDuringResponse
    /// The response is not HTTP that plimsoll passes on.
    case protocolError
    /// No head, or no further piece of the body, within the response timeout.
    case responseTimeout
    /// A whole response with a status that tells of a failing server: 500 to 599 but for 501 and
    /// 505. It is passed on, not replaced.
    case serverError

    /// The kind in metrics, logs and the `details` of Proxy-Status.
    public var label: StaticString {
        switch self {
        case .connectRefused: "connect-refused"
        case .connectTimeout: "connect-timeout"
        case .connectFailed: "connect-failed"
        case .staleConnection: "stale-connection"
        case .resetBeforeResponse: "reset-before-response"
        case .resetDuringResponse: "reset-during-response"
        case .protocolError: "protocol-error"
        case .responseTimeout: "response-timeout"
        case .serverError: "server-error"
        }
    }

    /// The status of the answer plimsoll makes if this was the last attempt and the response's
    /// head has not gone out. `serverError` has an answer already; 502 is for completeness.
    public var status: UInt16 {
        switch self {
        case .connectTimeout, .responseTimeout: 504
        case .connectRefused, .connectFailed, .staleConnection, .resetBeforeResponse,
            .resetDuringResponse, .protocolError, .serverError:
            502
        }
    }

    /// The error type in Proxy-Status (RFC 9209, section 2.3).
    public var proxyStatusError: StaticString {
        switch self {
        case .connectRefused: "connection_refused"
        case .connectTimeout: "connection_timeout"
        case .connectFailed: "destination_ip_unroutable"
        case .staleConnection, .resetBeforeResponse, .resetDuringResponse: "connection_terminated"
        case .protocolError, .serverError: "http_protocol_error"
        case .responseTimeout: "http_response_timeout"
        }
    }

    /// Whether the upstream cannot have seen a byte of the request.
    public var isBeforeSending: Bool {
        switch self {
        case .connectRefused, .connectTimeout, .connectFailed: true
        case .staleConnection, .resetBeforeResponse, .resetDuringResponse, .protocolError,
            .responseTimeout, .serverError:
            false
        }
    }
}
