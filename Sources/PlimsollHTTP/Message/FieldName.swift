import PlimsollCore

/// The field names that the proxy treats specially; every other one is ``other`` and known by its
/// bytes alone. At most 64 cases, so that a set of them is one word.
public enum FieldName: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case other
    case accept
    case acceptEncoding
    case authorization
    case cacheControl
    case connection
    case contentEncoding
    case contentLength
    case contentRange
    case contentType
    case cookie
    case date
    case expect
    case forwarded
    case grpcTimeout
    case host
    case http2Settings
    case ifMatch
    case ifNoneMatch
    case keepAlive
    case location
    case maxForwards
    case priority
    case proxyAuthenticate
    case proxyAuthenticationInfo
    case proxyAuthorization
    case proxyConnection
    case proxyStatus
    case range
    case referer
    case retryAfter
    case server
    case setCookie
    case te
    case traceparent
    case trailer
    case transferEncoding
    case upgrade
    case userAgent
    case vary
    case via
    case wwwAuthenticate
    case xAttempt
    case xDeadline
    case xForwarded
    case xForwardedBy
    case xForwardedFor
    case xForwardedHost
    case xForwardedPort
    case xForwardedPrefix
    case xForwardedProto
    case xForwardedServer
    case xForwardedSSL
    case xPriority
    case xRealIP
    case xRequestID
    case xRequestStart

    /// The name's place in a set of names held in one word; 0 for ``other``, which is in no set.
    @inline(__always)
    public var bit: UInt64 {
        // `other` is case 0, whose bit is taken away.
        (1 &<< UInt64(rawValue)) & ~1
    }

    /// All bits but that of ``other``.
    @inline(__always)
    static var knownBits: UInt64 { ~1 }

    /// Fields about one connection, which never pass on whether Connection names them or not
    /// (RFC 9110, section 7.6.1). Proxy-Authenticate and Proxy-Authorization are among them, as in
    /// RFC 2616: what they prove is meant for us, not for the upstream. Trailer is not: trailers
    /// are passed on as trailers, and so is their announcement.
    @inline(__always)
    public static var hopByHopBits: UInt64 {
        FieldName.connection.bit | FieldName.keepAlive.bit | FieldName.proxyConnection.bit
            | FieldName.te.bit | FieldName.transferEncoding.bit | FieldName.upgrade.bit
            | FieldName.http2Settings.bit | FieldName.proxyAuthenticate.bit
            | FieldName.proxyAuthenticationInfo.bit | FieldName.proxyAuthorization.bit
    }

    /// Whether ``hopByHopBits`` holds it.
    @inline(__always)
    public var isHopByHop: Bool {
        FieldName.hopByHopBits & bit != 0
    }

    /// The name that the bytes spell, in whatever case.
    public init(_ name: Span<UInt8>) {
        self = FieldName.lookUp(name)
    }
}
