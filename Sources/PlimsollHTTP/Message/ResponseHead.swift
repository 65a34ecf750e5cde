import PlimsollCore

/// What a response's head says. Ranges are places in the bytes that were parsed.
public struct ResponseHead: BitwiseCopyable, Sendable, Equatable {
    /// 100 to 599.
    public var status: UInt16 = 0
    /// The reason phrase, which may be empty.
    public var reason: ByteRange = .empty
    /// 0 or 1.
    public var minorVersion: UInt8 = 1
    /// How the body ends. `none` for 1xx, 204, 304 and answers to HEAD, whatever their fields say.
    public var framing: BodyFraming = .none
    /// Whether the connection can carry another request after this answer.
    public var keepsAlive = false
    public var hasDate = false
    /// In a 101: what the upstream goes on with; `none` if that is not what can be tunnelled.
    public var upgrade: Upgrade = .none
    /// Bytes of the whole head with the empty line at its end.
    public var headBytes = 0

    public init() {}

    /// A 1xx other than 101: the answer proper follows it.
    public var isInterim: Bool { status < 200 && status != 101 }
}
