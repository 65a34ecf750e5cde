/// How a body's framing is broken. From a client: answer ``status`` if nothing was answered yet,
/// and close. From an upstream: 502, or break the client's connection if the head has gone.
public enum BodyError: UInt8, Error, BitwiseCopyable, Sendable, CaseIterable {
    /// A chunk's size is missing, is not hexadecimal, or its line does not end in CRLF.
    case invalidChunkSize
    /// A chunk's size has more than 16 digits or is 2^63 or more.
    case chunkSizeTooLarge
    /// A chunk extension that the grammar does not allow.
    case invalidChunkExtension
    /// More framing than data: one line, or all of them, beyond the bound.
    case tooMuchFraming
    /// A chunk's data is not followed by CRLF.
    case missingChunkEnd
    /// A trailer line that is not a valid field.
    case invalidTrailer
    /// More trailers than are kept.
    case trailersTooLarge

    /// The status for a client that sent it.
    public var status: UInt16 {
        self == .trailersTooLarge ? 431 : 400
    }

    /// What Proxy-Status says of it.
    public var details: StaticString {
        switch self {
        case .invalidChunkSize: "invalid chunk size"
        case .chunkSizeTooLarge: "chunk size too large"
        case .invalidChunkExtension: "invalid chunk extension"
        case .tooMuchFraming: "too much chunk framing"
        case .missingChunkEnd: "missing chunk end"
        case .invalidTrailer: "invalid trailer"
        case .trailersTooLarge: "trailers too large"
        }
    }
}
