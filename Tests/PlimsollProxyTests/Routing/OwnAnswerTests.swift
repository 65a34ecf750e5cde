import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import Testing

@testable import PlimsollProxy

struct OwnAnswerTests {
    private func location(
        _ line: String, host: String = "h.test", path: String = "", isSecure: Bool = false,
        _ change: (inout RedirectAnswer) -> Void
    ) -> String {
        var settings = RedirectAnswer()
        change(&settings)
        let bytes = Array("\(line) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
        var parser = HeadParser(fieldCountMaximum: 8)
        var scanned = 0
        guard
            case .complete(let head) = parser.parseRequest(
                bytes.span, scanned: &scanned, limits: HeadLimits())
        else { return "refused" }
        return written { writer in
            Redirection(settings).writeLocation(
                head, bytes: bytes.span, path: Array(path.utf8).span, isSecure: isSecure,
                into: &writer)
        }
    }

    private func written(_ body: (inout ByteWriter) -> Void) -> String {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)
        defer { memory.deallocate() }
        var writer = ByteWriter(memory)
        body(&writer)
        return String(decoding: memory[0..<writer.count], as: UTF8.self)
    }

    @Test func `a redirect replaces the parts that it names`() {
        #expect(location("GET /a?b") { $0.scheme = "https" } == "https://h.test/a?b")
        #expect(location("GET /a?b") { $0.host = "www.test:8" } == "http://www.test:8/a?b")
        #expect(
            location("GET /a?b", isSecure: true) { $0.path = "/new" } == "https://h.test/new?b")
        #expect(location("GET /a/../b", path: "/b") { $0.scheme = "https" } == "https://h.test/b")
    }

    @Test func `a port goes with its scheme`() {
        #expect(location("GET /", host: "h:8080") { $0.scheme = "https" } == "https://h/")
        #expect(location("GET /", host: "h:8080") { $0.scheme = "http" } == "http://h:8080/")
        #expect(location("GET /", host: "[::1]:80") { $0.scheme = "https" } == "https://[::1]/")
        #expect(location("GET /", host: "[::1]") { $0.scheme = "https" } == "https://[::1]/")
    }

    @Test func `no path becomes a host or a header`() {
        #expect(location("GET //evil.test/") { $0.scheme = "https" } == "https://h.test/evil.test/")
        #expect(location("GET /%0d%0aX:1") { $0.scheme = "https" } == "https://h.test/%0d%0aX:1")
        #expect(
            location("GET /", path: "/a\r\nX: \"<é>") { $0.scheme = "https" }
                == "https://h.test/a%0D%0AX:%20%22%3C%C3%A9%3E")
        #expect(location("OPTIONS *") { $0.scheme = "https" } == "https://h.test/")
    }

    @Test func `a fixed answer carries the route's fields and its body`() {
        var settings = FixedAnswer()
        settings.status = 403
        settings.body = "no"
        let id = RequestID(received: Array("id".utf8).span)!
        let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
        let rules = FieldRules(set: [("X-Served-By", "us")], add: [], remove: [])
        func text(isToHead: Bool) -> String {
            written { writer in
                FixedReply(settings).write(
                    minorVersion: 1, keepsAlive: true, isToHead: isToHead, requestID: id,
                    date: date.span, rules: rules, into: &writer)
            }
        }
        let head = [
            "HTTP/1.1 403 Forbidden", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "X-Request-Id: id",
            "Content-Type: text/plain; charset=utf-8", "X-Served-By: us", "Content-Length: 2", "",
            "",
        ].joined(separator: "\r\n")
        #expect(text(isToHead: true) == head)
        #expect(text(isToHead: false) == head + "no")
    }

    @Test func `an answer without content has no length`() {
        var settings = FixedAnswer()
        settings.status = 204
        let id = RequestID(received: Array("id".utf8).span)!
        let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
        let text = written { writer in
            FixedReply(settings).write(
                minorVersion: 1, keepsAlive: true, isToHead: false, requestID: id,
                date: date.span, rules: FieldRules(), into: &writer)
        }
        #expect(!text.contains("Content-") && text.hasSuffix("\r\n\r\n"))
    }

    @Test func `a route has the last word on its own answers' fields`() {
        var settings = FixedAnswer()
        settings.body = "{}"
        let id = RequestID(received: Array("id".utf8).span)!
        let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
        let rules = FieldRules(
            set: [("Content-Type", "application/json"), ("Date", "today")], add: [],
            remove: ["x-request-id"])
        let text = written { writer in
            FixedReply(settings).write(
                minorVersion: 1, keepsAlive: true, isToHead: true, requestID: id,
                date: date.span, rules: rules, into: &writer)
        }
        #expect(
            text
                == "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: today\r\n"
                + "Content-Length: 2\r\n\r\n")
    }
}
