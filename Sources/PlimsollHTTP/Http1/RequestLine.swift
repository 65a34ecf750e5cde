import PlimsollCore

/// A request's first line (RFC 9112, section 3).
struct RequestLine {
    var method: Method
    var methodRange: ByteRange
    var target: ByteRange
    var form: TargetForm
    var minorVersion: UInt8
    /// Where the fields begin.
    var end: Int

    /// Reads the line, after at most one empty line before it. Nil: it is not whole yet.
    static func read(
        _ bytes: RawSpan, limits: HeadLimits
    ) throws(RequestHeadError) -> RequestLine? {
        let count = bytes.byteCount
        var start = 0
        if count >= 2, ByteScan.byte(bytes, 0) == 0x0D, ByteScan.byte(bytes, 1) == 0x0A {
            start = 2
        }
        let lineEnd = ByteScan.control(bytes, from: start)
        guard lineEnd &- start <= limits.requestLineBytesMaximum else { throw .requestLineTooLong }
        guard lineEnd < count else { return nil }
        switch LineEnd.at(lineEnd, bytes) {
        case .refused(let error): throw error
        case .incomplete: return nil
        case .here: break
        }
        guard lineEnd > start else {
            // The first of two line ends may be what a client sent too much after a body.
            throw .malformedRequestLine
        }
        return try read(bytes, from: start, to: lineEnd)
    }

    private static func read(
        _ bytes: RawSpan, from start: Int, to end: Int
    ) throws(RequestHeadError) -> RequestLine {
        let (method, methodEnd) = try readMethod(bytes, from: start, to: end)
        let versionStart = end &- 8
        guard versionStart >= methodEnd &+ 3, let minor = try version(bytes, at: versionStart),
            ByteScan.byte(bytes, versionStart &- 1) == 0x20
        else { throw unversioned(bytes, methodEnd: methodEnd, to: end, method) }
        let target = ByteRange(from: methodEnd &+ 1, to: versionStart &- 1)
        guard method != .connect && method != .trace else { throw .unimplementedMethod }
        return RequestLine(
            method: method, methodRange: ByteRange(from: start, to: methodEnd), target: target,
            form: try TargetForm.read(bytes, target, method), minorVersion: minor, end: end &+ 2)
    }

    /// The method and where the space after it is.
    @inline(__always)
    private static func readMethod(
        _ bytes: RawSpan, from start: Int, to end: Int
    ) throws(RequestHeadError) -> (Method, Int) {
        if end &- start >= 4,
            bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)
                == UInt32(littleEndian: 0x2054_4547)
        {
            return (.get, start &+ 3)
        }
        var position = start
        while position < end && ByteScan.byte(bytes, position) != 0x20 {
            guard ASCII.isToken(ByteScan.byte(bytes, position)) else { throw .invalidMethod }
            position &+= 1
        }
        guard position > start, position < end else { throw .malformedRequestLine }
        let token = bytes.extracting(start..<position)
        return (Method(Span<UInt8>(_bytes: token)), position)
    }

    /// The minor version in eight bytes that lie within the bytes; nil if they are no version.
    @inline(__always)
    static func version(
        _ bytes: RawSpan, at start: Int
    ) throws(RequestHeadError) -> UInt8? {
        let word = UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        // "HTTP/1." and a 0 or a 1.
        if word | (1 &<< 56) == 0x312E_312F_5054_5448 {
            return UInt8(truncatingIfNeeded: word &>> 56) & 1
        }
        guard word & 0xFF_FFFF_FFFF == 0x2F_5054_5448,
            ASCII.isDigit(ByteScan.byte(bytes, start &+ 5)),
            ByteScan.byte(bytes, start &+ 6) == 0x2E,
            ASCII.isDigit(ByteScan.byte(bytes, start &+ 7))
        else { return nil }
        throw .unsupportedVersion
    }

    /// What is wrong with a line that does not end in a version: `GET` and a path alone is the
    /// whole of an HTTP/0.9 request.
    private static func unversioned(
        _ bytes: RawSpan, methodEnd: Int, to end: Int, _ method: Method
    ) -> RequestHeadError {
        guard method == .get, methodEnd &+ 1 < end,
            ByteScan.byte(bytes, methodEnd &+ 1) == 0x2F,
            ByteScan.targetEnd(bytes, from: methodEnd &+ 1) == end
        else { return .malformedRequestLine }
        return .unsupportedVersion
    }
}
