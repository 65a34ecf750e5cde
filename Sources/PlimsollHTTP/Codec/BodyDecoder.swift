import PlimsollCore

/// A body's bytes freed of their framing, where they lie.
public struct DecodedBody: BitwiseCopyable, Sendable, Equatable {
    /// The body's own bytes, in the buffer that was decoded.
    public var data: ByteRange = .empty
    /// Bytes of the buffer that belong to this body; what follows is the next message's.
    public var consumed = 0
    /// Nothing of the body is left to come.
    public var isComplete = false
    /// The framing is broken: what is in ``data`` came before. Close, and never read on.
    public var error: BodyError?

    public init() {}
}

/// Takes a message's body out of its framing, piece by piece as it comes.
public struct BodyDecoder: Sendable {
    /// Nothing of the body is left to come.
    public private(set) var isComplete: Bool
    /// Fields that came after a chunked body, as lines that may be sent on: checked, and without
    /// those that may not be trailers. Meaningful once ``isComplete``.
    public var trailers: [UInt8] { [] }

    public init(_ framing: BodyFraming) {
        isComplete = !framing.hasBody
    }

    /// Decodes in place all that is there.
    public mutating func decode(_ bytes: inout MutableSpan<UInt8>) -> DecodedBody {
        DecodedBody()
    }

    /// The peer will send no more. True: the body is whole; false: it was cut off.
    public mutating func endOfStream() -> Bool {
        isComplete
    }
}
