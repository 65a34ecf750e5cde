import PlimsollCore
import PlimsollHTTP
import Testing

/// The table of fields, and how much of a head there may be.
struct HeadFieldsTests {
    /// Name, value, whether canonical, whether hop-by-hop, for each field of a request.
    private func fields(_ lines: String) -> [String] {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n".utf8)
        var parser = HeadParser(fieldCountMaximum: 100)
        var scanned = 0
        let answer = parser.parseRequest(bytes.span, scanned: &scanned, limits: HeadLimits())
        guard case .complete = answer else { return ["\(answer)"] }
        return (1..<parser.fields.count).map { index in
            let entry = parser.fields[index]
            let name = String(decoding: bytes[entry.nameRange.indices], as: UTF8.self)
            let value = String(decoding: bytes[entry.valueRange.indices], as: UTF8.self)
            return "\(name)=\(value)" + (entry.isCanonical ? " canonical" : "")
                + (entry.isHopByHop ? " hop" : "")
        }
    }

    @Test func `values lose the white space around them and nothing else`() {
        #expect(fields("A: b\r\n") == ["A=b canonical"])
        #expect(fields("A:b\r\n") == ["A=b"])
        #expect(fields("A:  b\r\n") == ["A=b"])
        #expect(fields("A:\tb\r\n") == ["A=b"])
        #expect(fields("A: b \r\n") == ["A=b"])
        #expect(fields("A: b\t\r\n") == ["A=b"])
        #expect(fields("A: b \t c\r\n") == ["A=b \t c canonical"])
        #expect(fields("A:\r\n") == ["A="])
        #expect(fields("A: \r\n") == ["A= canonical"])
        #expect(fields("A: \t \r\n") == ["A="])
        #expect(fields("A: b: c\r\n") == ["A=b: c canonical"])
        #expect(fields("A: ä\r\n") == ["A=ä canonical"])
        #expect(fields("!#$%&'*+-.^_`|~0: b\r\n") == ["!#$%&'*+-.^_`|~0=b canonical"])
    }

    @Test func `what Connection names is marked wherever it stands`() {
        #expect(
            fields("X-A: 1\r\nConnection: x-a, X-B\r\nX-B: 2\r\nx-A: 3\r\nX-C: 4\r\n") == [
                "X-A=1 canonical hop", "Connection=x-a, X-B canonical hop", "X-B=2 canonical hop",
                "x-A=3 canonical hop", "X-C=4 canonical",
            ])
        #expect(
            fields("Cookie: 1\r\nConnection: cookie\r\n") == [
                "Cookie=1 canonical hop", "Connection=cookie canonical hop",
            ])
    }

    @Test(arguments: [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade", "HTTP2-Settings",
        "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Authentication-Info",
    ])
    func `fields about the connection are marked unasked`(_ name: String) {
        #expect(fields("\(name): x\r\n") == ["\(name)=x canonical hop"])
    }

    @Test func `Connection may name a bounded number of fields`() {
        func head(_ count: Int) -> [UInt8] {
            let names = (0..<count).map { "n\($0)" }.joined(separator: ",")
            return Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(names)\r\n\r\n".utf8)
        }
        #expect(HeadFeed.request(head(65)) == .refused(.invalidConnection))
        guard case .complete = HeadFeed.request(head(64)) else {
            Issue.record("64 names were refused")
            return
        }
    }

    @Test func `the first of repeated fields is found at once`() {
        let bytes = Array("GET / HTTP/1.1\r\nVia: a\r\nHost: a\r\nVia: b\r\n\r\n".utf8)
        var parser = HeadParser(fieldCountMaximum: 100)
        var scanned = 0
        _ = parser.parseRequest(bytes.span, scanned: &scanned, limits: HeadLimits())
        let via = parser.fields.first(.via)
        let host = parser.fields.first(.host)
        let date = parser.fields.first(.date)
        let other = parser.fields.first(.other)
        let repeated = parser.fields.repeatedBits
        #expect(via == 0)
        #expect(host == 1)
        #expect(date == nil)
        #expect(other == nil)
        #expect(repeated == FieldName.via.bit)
    }

    @Test func `a table of fields takes as many as it says`() {
        let lines = (1...10).map { "x\($0): y\r\n" }.joined()
        let bytes = Array("GET / HTTP/1.0\r\n\(lines)\r\n".utf8)
        guard case .complete = HeadFeed.request(bytes, fieldCountMaximum: 10) else {
            Issue.record("ten fields were refused")
            return
        }
        #expect(HeadFeed.request(bytes, fieldCountMaximum: 9) == .refused(.tooManyFields))
        #expect(HeadFeed.requestByteByByte(bytes, fieldCountMaximum: 9) == .refused(.tooManyFields))
    }

    @Test func `a request line of 8,192 bytes is read and one more is 414`() {
        func head(_ lineBytes: Int) -> [UInt8] {
            let path = String(repeating: "a", count: lineBytes - 14)
            return Array("GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        }
        for count in [8000, 8192] {
            guard case .complete = HeadFeed.request(head(count)) else {
                Issue.record("a request line of \(count) bytes was refused")
                continue
            }
        }
        #expect(HeadFeed.request(head(8193)) == .refused(.requestLineTooLong))
        #expect(HeadFeed.requestInTwo(head(8193), at: 8000) == .refused(.requestLineTooLong))
        #expect(HeadFeed.request(Array(head(9000)[0..<8193])) == .refused(.requestLineTooLong))
    }

    @Test func `a head of the limit is read and one byte more is 431`() {
        let limits = HeadLimits(headBytesMaximum: 256, requestLineBytesMaximum: 128)
        func head(_ bytes: Int) -> [UInt8] {
            let value = String(repeating: "a", count: bytes - 23)
            return Array("GET / HTTP/1.0\r\nX: \(value)\r\n\r\n".utf8)
        }
        #expect(head(256).count == 256)
        guard case .complete = HeadFeed.request(head(256), limits: limits),
            case .complete = HeadFeed.requestByteByByte(head(256), limits: limits)
        else {
            Issue.record("a head of the limit was refused")
            return
        }
        #expect(HeadFeed.request(head(257), limits: limits) == .refused(.headTooLarge))
        #expect(HeadFeed.requestByteByByte(head(257), limits: limits) == .refused(.headTooLarge))
        let endless = Array(head(1000)[0..<256])
        #expect(HeadFeed.request(endless, limits: limits) == .refused(.headTooLarge))
        let line = Array(("GET /" + String(repeating: "a", count: 400)).utf8)
        #expect(HeadFeed.request(line, limits: limits) == .refused(.requestLineTooLong))
    }

    @Test func `a bad first line is refused before the head is whole`() {
        for line in ["GET / HTTP/2.0\r\n", "GET /\r\n", "TRACE / HTTP/1.1\r\n"] {
            guard case .refused = HeadFeed.requestByteByByte(Array(line.utf8)) else {
                Issue.record("\(line) was not refused")
                continue
            }
        }
    }
}
