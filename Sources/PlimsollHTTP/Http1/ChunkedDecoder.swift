import PlimsollCore

/// Takes chunked framing off (RFC 9112, section 7.1), strictly: only CRLF ends a line, and nothing
/// is read beyond the first fault.
struct ChunkedDecoder: Sendable {
    /// Most bytes of a size line with its extensions.
    static var lineBytesMaximum: Int32 { 1024 }
    /// Most bytes of framing beyond what its data earns: 16 for a chunk and two for each byte of
    /// data. A long body of small chunks is fine; a body that is nearly all framing is cut off.
    static var excessBytesMaximum: Int64 { 16_384 }
    /// 16 hexadecimal digits hold every size there is.
    static var digitsMaximum: UInt8 { 16 }

    enum State: UInt8, Sendable {
        case sizeStart
        case size
        case extensions
        /// After the CR of a size line.
        case sizeEnd
        case data
        case dataEnd
        case dataLineFeed
        case trailerStart
        case trailerLine
        /// After the CR of a trailer line.
        case trailerLineFeed
        /// After the CR of the line that ends it all.
        case lastLineFeed
        case complete
    }

    private var state = State.sizeStart
    private var digits: UInt8 = 0
    private var extensions = ChunkExtensions()
    private var error: BodyError?
    /// Bytes of the present size line.
    private var lineBytes: Int32 = 0
    /// The present chunk's size as read so far, then what is left of its data.
    private var remaining: Int64 = 0
    private var excessBytes: Int64 = 0
    private(set) var trailers = TrailerLines()

    var isComplete: Bool { state == .complete }

    /// Decodes what is there and moves data together.
    ///
    /// Unsafe pointers: every position is below the span's count, and a move is from a position
    /// to an earlier one.
    mutating func decode(_ bytes: inout MutableSpan<UInt8>, _ decoded: inout DecodedBody) {
        bytes.withUnsafeMutableBytes { decode($0, &decoded) }
    }

    private mutating func decode(
        _ bytes: UnsafeMutableRawBufferPointer, _ decoded: inout DecodedBody
    ) {
        var position = 0
        var dataStart = 0
        var dataEnd = 0
        while position < bytes.count && error == nil && state != .complete {
            guard state == .data else {
                take(bytes[position])
                position &+= 1
                continue
            }
            let count = Int(min(remaining, Int64(bytes.count &- position)))
            if dataEnd == dataStart {
                dataStart = position
                dataEnd = position
            } else {
                let base = bytes.baseAddress!
                (base + dataEnd).copyMemory(from: base + position, byteCount: count)
            }
            dataEnd &+= count
            position &+= count
            remaining -= Int64(count)
            if remaining == 0 {
                state = .dataEnd
            }
        }
        decoded.data = ByteRange(from: dataStart, to: dataEnd)
        decoded.consumed = position
        decoded.error = error
    }

    /// One byte of framing.
    private mutating func take(_ byte: UInt8) {
        switch state {
        case .sizeStart, .size: takeSize(byte)
        case .extensions: takeExtension(byte)
        case .sizeEnd:
            guard byte == 0x0A else { return fail(.invalidChunkSize) }
            endSizeLine()
        case .dataEnd:
            guard byte == 0x0D else { return fail(.missingChunkEnd) }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { return fail(.missingChunkEnd) }
            state = .sizeStart
        case .trailerStart:
            if byte == 0x0D {
                state = .lastLineFeed
            } else {
                state = .trailerLine
                takeTrailer(byte)
            }
        case .trailerLine: takeTrailer(byte)
        case .trailerLineFeed:
            guard byte == 0x0A else { return fail(.invalidTrailer) }
            state = .trailerStart
            if let error = trailers.endLine() { fail(error) }
        case .lastLineFeed:
            guard byte == 0x0A else { return fail(.invalidTrailer) }
            state = .complete
        case .data, .complete:
            preconditionFailure("data was taken for framing")
        }
    }

    private mutating func takeSize(_ byte: UInt8) {
        if let digit = ASCII.hexadecimalValue(byte) {
            if state == .sizeStart {
                remaining = 0
                digits = 0
                lineBytes = 0
                state = .size
            }
            digits += 1
            lineBytes += 1
            guard digits <= ChunkedDecoder.digitsMaximum, remaining >> 59 == 0 else {
                return fail(.chunkSizeTooLarge)
            }
            remaining = remaining << 4 | Int64(digit)
            return
        }
        guard state == .size else { return fail(.invalidChunkSize) }
        if byte == 0x0D {
            state = .sizeEnd
        } else if byte == 0x3B || byte == 0x20 || byte == 0x09 {
            extensions = ChunkExtensions()
            state = .extensions
            takeExtension(byte)
        } else {
            fail(.invalidChunkSize)
        }
    }

    private mutating func takeExtension(_ byte: UInt8) {
        if byte == 0x0D {
            guard extensions.mayEnd else { return fail(.invalidChunkExtension) }
            state = .sizeEnd
            return
        }
        lineBytes += 1
        guard lineBytes <= ChunkedDecoder.lineBytesMaximum else { return fail(.tooMuchFraming) }
        guard extensions.take(byte) else { return fail(.invalidChunkExtension) }
    }

    private mutating func endSizeLine() {
        let allowed = 16 &+ 2 &* min(remaining, 1 << 32)
        excessBytes = max(0, excessBytes + Int64(lineBytes) + 4 - allowed)
        guard excessBytes <= ChunkedDecoder.excessBytesMaximum else {
            return fail(.tooMuchFraming)
        }
        state = remaining == 0 ? .trailerStart : .data
    }

    private mutating func takeTrailer(_ byte: UInt8) {
        if byte == 0x0D {
            state = .trailerLineFeed
        } else if let error = trailers.append(byte) {
            fail(error)
        }
    }

    private mutating func fail(_ reason: BodyError) {
        error = reason
    }
}
