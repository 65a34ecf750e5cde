import PlimsollCore

/// What a request's head says. Ranges are places in the bytes that were parsed.
public struct RequestHead: BitwiseCopyable, Sendable, Equatable {
    public var method: Method = .other
    public var methodRange: ByteRange = .empty
    /// The request target as it was received.
    public var target: ByteRange = .empty
    /// The path in the target: begins with `/`, or is `*` (OPTIONS only). Empty only in absolute
    /// form without a path, where it means `/`, or `*` for OPTIONS (RFC 9112, section 3.2.4).
    public var path: ByteRange = .empty
    /// The query with its `?`, or empty.
    public var query: ByteRange = .empty
    /// The host and, if given, `:port`: from an absolute target, else from Host. Empty only in
    /// an HTTP/1.0 request that has neither.
    public var authority: ByteRange = .empty
    /// 0 or 1.
    public var minorVersion: UInt8 = 1
    public var framing: BodyFraming = .none
    /// Whether the client wants the connection to stay open after the answer.
    public var keepsAlive = false
    /// The client waits for a 100 before it sends the body. Only with a body, only on HTTP/1.1.
    public var expectsContinue = false
    /// What the client asks to go on with: only on HTTP/1.1, only when Connection names Upgrade,
    /// only for a GET without a body.
    public var upgrade: Upgrade = .none
    /// Max-Forwards of an OPTIONS request, at most 2^31 - 1; -1 when there is none, and for other
    /// methods, whose Max-Forwards means nothing (RFC 9110, section 7.6.2).
    public var maxForwards: Int32 = -1
    /// Accept names `application/json`.
    public var acceptsJSON = false
    /// Bytes of the whole head, with a leading empty line and the empty line at its end.
    public var headBytes = 0

    public init() {}
}
