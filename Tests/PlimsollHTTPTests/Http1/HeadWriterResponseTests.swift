import PlimsollCore
import PlimsollHTTP
import Testing

struct HeadWriterResponseTests {
    @Test func `a plain response leaves with what was missing`() {
        #expect(
            WrittenHead.response([
                "HTTP/1.1 200 OK", "Server: app", "Content-Type: text/plain", "Content-Length: 5",
                "Connection: keep-alive", "Keep-Alive: timeout=5", "Set-Cookie: a", "Set-Cookie: b",
            ]) == [
                "HTTP/1.1 200 OK", "Server: app", "Content-Type: text/plain", "Set-Cookie: a",
                "Set-Cookie: b", "Content-Length: 5", "Date: Sun, 06 Nov 1994 08:49:37 GMT",
                "Via: 1.1 plimsoll",
            ])
    }

    @Test func `the upstream's Date stays`() {
        let lines = WrittenHead.response(["HTTP/1.1 200 OK", "Date: then", "Content-Length: 0"])
        #expect(lines.values("date") == ["then"])
    }

    @Test(arguments: [
        ("HTTP/1.0 404 Gone Fishing", "HTTP/1.1 404 Gone Fishing"),
        ("HTTP/1.1 299 ", "HTTP/1.1 299 "), ("HTTP/1.1 599 x", "HTTP/1.1 599 x"),
    ])
    func `our own version stands before the upstream's words`(line: String, expected: String) {
        #expect(WrittenHead.response([line, "Content-Length: 0"])[0] == expected)
    }

    @Test func `framing suits the client`() {
        let chunked = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum"]
        let new = WrittenHead.response(chunked)
        #expect(new.values("transfer-encoding") == ["chunked"])
        #expect(new.values("trailer") == ["X-Sum"])
        let old = WrittenHead.response(chunked, minorVersion: 0)
        #expect(old.values("transfer-encoding") == [] && old.values("trailer") == [])
        #expect(old.values("connection") == ["close"])
        let untilClose = WrittenHead.response(["HTTP/1.0 200 OK"])
        #expect(untilClose.values("transfer-encoding") == ["chunked"])
        #expect(untilClose.values("connection") == [])
        #expect(untilClose.values("via") == ["1.0 plimsoll"])
    }

    @Test func `Connection says what the client must know`() {
        let head = ["HTTP/1.1 200 OK", "Content-Length: 1", "Connection: X-Hop", "X-Hop: 1"]
        #expect(WrittenHead.response(head).values("connection") == [])
        #expect(WrittenHead.response(head).values("x-hop") == [])
        #expect(WrittenHead.response(head, keepsAlive: false).values("connection") == ["close"])
        #expect(WrittenHead.response(head, minorVersion: 0).values("connection") == ["keep-alive"])
        #expect(
            WrittenHead.response(head, minorVersion: 0, keepsAlive: false).values("connection")
                == ["close"])
    }

    @Test func `the length of a body that is not sent is kept where it means something`() {
        let ok = ["HTTP/1.1 200 OK", "Content-Length: 12"]
        #expect(WrittenHead.response(ok, method: .head).values("content-length") == ["12"])
        let unchanged = ["HTTP/1.1 304 Not Modified", "Content-Length: 12"]
        #expect(WrittenHead.response(unchanged).values("content-length") == ["12"])
        let none = WrittenHead.response(["HTTP/1.1 204 No Content"])
        #expect(none.values("content-length") == [] && none.values("transfer-encoding") == [])
    }

    @Test func `interim responses carry neither framing nor date`() {
        let lines = WrittenHead.response([
            "HTTP/1.1 103 Early Hints", "Link: </a>; rel=preload", "Connection: close",
        ])
        #expect(
            lines == ["HTTP/1.1 103 Early Hints", "Link: </a>; rel=preload", "Via: 1.1 plimsoll"])
    }

    @Test func `an upgrade is confirmed anew`() {
        let lines = WrittenHead.response([
            "HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: WebSocket",
            "Sec-WebSocket-Accept: k",
        ])
        #expect(
            lines == [
                "HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept: k",
                "Connection: Upgrade",
                "Upgrade: websocket", "Via: 1.1 plimsoll",
            ])
    }

    @Test func `a route changes response fields`() {
        let rules = FieldRules(
            set: [("X-Served-By", "plimsoll"), ("Server", "us")], add: [],
            remove: ["X-Inner", "Date"])
        let lines = WrittenHead.response(
            ["HTTP/1.1 200 OK", "Server: them", "x-inner: 1", "Date: then", "Content-Length: 0"],
            rules: rules)
        #expect(lines.values("x-served-by") == ["plimsoll"])
        #expect(lines.values("server") == ["us"])
        #expect(lines.values("x-inner") == [] && lines.values("date") == [])
    }

    @Test func `a head that does not fit is noticed`() {
        let bytes = Array("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n".utf8)
        var parser = HeadParser(fieldCountMaximum: 8)
        var scanned = 0
        guard
            case .complete(let head) = parser.parseResponse(
                bytes.span, scanned: &scanned, method: .get, limits: HeadLimits())
        else {
            Issue.record("a good head was refused")
            return
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 60, alignment: 16)
        defer { memory.deallocate() }
        var writer = ByteWriter(memory)
        HeadWriter.writeResponse(
            head, fields: parser.fields, bytes: bytes.span,
            ResponseForwarding(framing: .length(0), clientMinorVersion: 1, keepsAlive: true),
            date: WrittenHead.date.span, rules: FieldRules(), into: &writer)
        let overflowed = writer.overflowed
        #expect(overflowed)
    }
}
