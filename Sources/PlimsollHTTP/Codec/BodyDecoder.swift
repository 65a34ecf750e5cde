import PlimsollCore

/// Takes a message's body out of its framing, piece by piece as it comes, where it lies.
public struct BodyDecoder: Sendable {
    private enum Kind: UInt8 {
        case none
        case length
        case chunked
        case untilClose
    }

    private let kind: Kind
    /// Nothing of the body is left to come.
    public private(set) var isComplete: Bool
    /// With a length: bytes of the body still to come.
    private var remaining: Int64 = 0
    private var chunks = ChunkedDecoder()

    /// Fields that came after a chunked body, as lines that may be sent on: checked, and without
    /// those that may not be trailers. Meaningful once ``isComplete``; empty without allocation.
    public var trailers: [UInt8] { chunks.trailers.lines }

    /// - Parameter framing: of the head before the body.
    public init(_ framing: BodyFraming) {
        isComplete = !framing.hasBody
        switch framing {
        case .none: kind = .none
        case .length(let length):
            precondition(length >= 0, "a body has no negative length")
            kind = .length
            remaining = length
        case .chunked: kind = .chunked
        case .untilClose: kind = .untilClose
        }
    }

    /// Decodes in place all that is there. Data of several chunks is moved together.
    public mutating func decode(_ bytes: inout MutableSpan<UInt8>) -> DecodedBody {
        var decoded = DecodedBody()
        if !isComplete {
            switch kind {
            case .none: preconditionFailure("no body is complete from the start")
            case .length:
                let count = Int(min(remaining, Int64(bytes.count)))
                remaining -= Int64(count)
                isComplete = remaining == 0
                decoded.data = ByteRange(from: 0, to: count)
                decoded.consumed = count
            case .chunked:
                chunks.decode(&bytes, &decoded)
                isComplete = chunks.isComplete
            case .untilClose:
                decoded.data = ByteRange(from: 0, to: bytes.count)
                decoded.consumed = bytes.count
            }
        }
        decoded.isComplete = isComplete
        return decoded
    }

    /// The peer will send no more. True: the body is whole; false: it was cut off.
    public mutating func endOfStream() -> Bool {
        if kind == .untilClose {
            isComplete = true
        }
        return isComplete
    }
}
