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
        if let plain = readPlain(bytes, limits) { return plain }
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

    /// Reads the line if it is whole and as nearly all are: GET, a path, a version. The end of the
    /// target is then the end of all that is not known beforehand.
    @inline(__always)
    private static func readPlain(_ bytes: RawSpan, _ limits: HeadLimits) -> RequestLine? {
        let count = bytes.byteCount
        guard count >= 16, isGet(bytes, at: 0), ByteScan.byte(bytes, 4) == 0x2F else { return nil }
        let pathEnd = ByteScan.queryOrTargetEnd(bytes, from: 5)
        var end = pathEnd
        if pathEnd < count, ByteScan.byte(bytes, pathEnd) == 0x3F {
            end = ByteScan.targetEnd(bytes, from: pathEnd)
        }
        guard end &+ 11 <= count, end &+ 9 <= limits.requestLineBytesMaximum,
            ByteScan.byte(bytes, end) == 0x20, ByteScan.pair(bytes, end &+ 9) == 0x0A0D,
            let minor = knownVersion(bytes, at: end &+ 1)
        else { return nil }
        let query = pathEnd < end ? ByteRange(from: pathEnd, to: end) : .empty
        let form = TargetForm(
            path: ByteRange(from: 4, to: pathEnd), query: query, authority: .empty)
        return RequestLine(
            method: .get, methodRange: ByteRange(from: 0, to: 3),
            target: ByteRange(from: 4, to: end), form: form,
            minorVersion: minor, end: end &+ 11)
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
        if end &- start >= 4, isGet(bytes, at: start) { return (.get, start &+ 3) }
        var position = start
        while position < end && ByteScan.byte(bytes, position) != 0x20 {
            guard ASCII.isToken(ByteScan.byte(bytes, position)) else { throw .invalidMethod }
            position &+= 1
        }
        guard position > start, position < end else { throw .malformedRequestLine }
        let token = bytes.extracting(start..<position)
        return (Method(Span<UInt8>(_bytes: token)), position)
    }

    /// Whether four bytes that are there are `GET` and a space.
    @inline(__always)
    private static func isGet(_ bytes: RawSpan, at start: Int) -> Bool {
        bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)
            == UInt32(littleEndian: 0x2054_4547)
    }

    /// The minor version in eight bytes that lie within the bytes; nil if they are no version.
    @inline(__always)
    static func version(
        _ bytes: RawSpan, at start: Int
    ) throws(RequestHeadError) -> UInt8? {
        if let minor = knownVersion(bytes, at: start) { return minor }
        let word = UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        guard word & 0xFF_FFFF_FFFF == 0x2F_5054_5448,
            ASCII.isDigit(ByteScan.byte(bytes, start &+ 5)),
            ByteScan.byte(bytes, start &+ 6) == 0x2E,
            ASCII.isDigit(ByteScan.byte(bytes, start &+ 7))
        else { return nil }
        throw .unsupportedVersion
    }

    /// The minor version if the eight bytes are `HTTP/1.0` or `HTTP/1.1`.
    @inline(__always)
    private static func knownVersion(_ bytes: RawSpan, at start: Int) -> UInt8? {
        let word = UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        return word | (1 &<< 56) == 0x312E_312F_5054_5448
            ? UInt8(truncatingIfNeeded: word &>> 56) & 1 : nil
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
