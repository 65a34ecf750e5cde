import PlimsollCore
import PlimsollHTTP
import Testing

/// Feeds heads to a parser: whole, and split at every byte boundary.
enum HeadFeed {
    static func request(
        _ bytes: [UInt8], limits: HeadLimits = HeadLimits(), fieldCountMaximum: Int = 100
    ) -> RequestParse {
        var parser = HeadParser(fieldCountMaximum: fieldCountMaximum)
        var scanned = 0
        return parser.parseRequest(bytes.span, scanned: &scanned, limits: limits)
    }

    /// The first answer other than `incomplete` when one byte comes after another.
    static func requestByteByByte(
        _ bytes: [UInt8], limits: HeadLimits = HeadLimits(), fieldCountMaximum: Int = 100
    ) -> RequestParse {
        var parser = HeadParser(fieldCountMaximum: fieldCountMaximum)
        var scanned = 0
        for count in 0...bytes.count {
            let answer = parser.parseRequest(
                bytes.span.extracting(0..<count), scanned: &scanned, limits: limits)
            if answer != .incomplete { return answer }
        }
        return .incomplete
    }

    /// The answer when the bytes come in two pieces: the last that is not `incomplete`.
    static func requestInTwo(_ bytes: [UInt8], at split: Int) -> RequestParse {
        var parser = HeadParser(fieldCountMaximum: 100)
        var scanned = 0
        let first = parser.parseRequest(
            bytes.span.extracting(0..<split), scanned: &scanned, limits: HeadLimits())
        guard first == .incomplete else { return first }
        return parser.parseRequest(bytes.span, scanned: &scanned, limits: HeadLimits())
    }

    static func response(_ bytes: [UInt8], method: Method = .get) -> ResponseParse {
        var parser = HeadParser(fieldCountMaximum: 100)
        var scanned = 0
        return parser.parseResponse(
            bytes.span, scanned: &scanned, method: method, limits: HeadLimits())
    }

    static func responseByteByByte(_ bytes: [UInt8], method: Method = .get) -> ResponseParse {
        var parser = HeadParser(fieldCountMaximum: 100)
        var scanned = 0
        for count in 0...bytes.count {
            let answer = parser.parseResponse(
                bytes.span.extracting(0..<count), scanned: &scanned, method: method,
                limits: HeadLimits())
            if answer != .incomplete { return answer }
        }
        return .incomplete
    }

    /// The head that the text is, however it comes; records an issue if it is refused.
    static func acceptedRequest(
        _ text: String, location: SourceLocation = #_sourceLocation
    ) -> RequestHead {
        let bytes = Array(text.utf8)
        let whole = request(bytes)
        guard case .complete(let head) = whole else {
            Issue.record("\(text.debugDescription): \(whole)", sourceLocation: location)
            return RequestHead()
        }
        #expect(requestByteByByte(bytes) == whole, sourceLocation: location)
        for split in 0..<bytes.count {
            #expect(requestInTwo(bytes, at: split) == whole, sourceLocation: location)
        }
        for count in 0..<head.headBytes {
            #expect(request(Array(bytes[0..<count])) == .incomplete, sourceLocation: location)
        }
        return head
    }

    static func acceptedResponse(
        _ text: String, method: Method = .get, location: SourceLocation = #_sourceLocation
    ) -> ResponseHead {
        let bytes = Array(text.utf8)
        let whole = response(bytes, method: method)
        guard case .complete(let head) = whole else {
            Issue.record("\(text.debugDescription): \(whole)", sourceLocation: location)
            return ResponseHead()
        }
        #expect(responseByteByByte(bytes, method: method) == whole, sourceLocation: location)
        return head
    }

    static func text(_ range: ByteRange, of text: String) -> String {
        String(decoding: Array(text.utf8)[range.indices], as: UTF8.self)
    }
}

/// Bytes that a head must be refused for, and why.
struct RefusedHead: CustomTestStringConvertible, Sendable {
    let bytes: [UInt8]
    let error: RequestHeadError

    init(_ text: String, _ error: RequestHeadError) {
        bytes = Array(text.utf8)
        self.error = error
    }

    init(_ bytes: [UInt8], _ error: RequestHeadError) {
        self.bytes = bytes
        self.error = error
    }

    /// A POST whose fields, each with its CRLF, follow Host.
    static func post(_ fields: String, _ error: RequestHeadError) -> RefusedHead {
        RefusedHead("POST /a HTTP/1.1\r\nHost: a\r\n\(fields)\r\n0\r\n\r\n", error)
    }

    /// A GET with this Host field line and no other.
    static func host(_ line: String, _ error: RequestHeadError) -> RefusedHead {
        RefusedHead("GET / HTTP/1.1\r\n\(line)\r\n\r\n", error)
    }

    /// A request line followed by a good Host.
    static func line(_ line: String, _ error: RequestHeadError) -> RefusedHead {
        RefusedHead("\(line)\r\nHost: a\r\n\r\n", error)
    }

    var testDescription: String {
        String(decoding: bytes.prefix(120), as: UTF8.self).debugDescription
    }
}
