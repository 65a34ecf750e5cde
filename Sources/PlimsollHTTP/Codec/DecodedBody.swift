import PlimsollCore

/// A body's bytes freed of their framing, where they lie.
public struct DecodedBody: BitwiseCopyable, Sendable, Equatable {
    /// The body's own bytes, in the buffer that was decoded: one range, however many chunks there
    /// were.
    public var data: ByteRange = .empty
    /// Bytes of the buffer that belong to this body; what follows is the next message's.
    public var consumed = 0
    /// Nothing of the body is left to come.
    public var isComplete = false
    /// The framing is broken: what is in ``data`` came before. Close, and never read on.
    public var error: BodyError?

    public init() {}
}
