import PlimsollCore
import PlimsollHTTP
import Testing

struct ResponseHeadTests {
    @Test func `an everyday response is read`() {
        let text =
            "HTTP/1.1 200 Very OK\r\nDate: x\r\nContent-Length: 5\r\nServer: y\r\n\r\nhello"
        let head = HeadFeed.acceptedResponse(text)
        #expect(head.status == 200)
        #expect(HeadFeed.text(head.reason, of: text) == "Very OK")
        #expect(head.minorVersion == 1)
        #expect(head.framing == .length(5))
        #expect(head.keepsAlive)
        #expect(head.hasDate)
        #expect(!head.isInterim)
        #expect(head.headBytes == text.utf8.count - 5)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 ", ""), ("HTTP/1.1 200", ""), ("HTTP/1.1 200 a\tb", "a\tb"),
        ("HTTP/1.1 200 é", "é"), ("HTTP/1.1 200  x", " x"),
    ])
    func `a reason may be missing and holds any text`(_ line: String, _ reason: String) {
        let text = "\(line)\r\n\r\n"
        #expect(HeadFeed.text(HeadFeed.acceptedResponse(text).reason, of: text) == reason)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0", Method.get, BodyFraming.length(0), true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked", .get, .chunked, true),
        ("HTTP/1.1 200 OK", .get, .untilClose, false),
        ("HTTP/1.1 200 OK\r\nConnection: keep-alive", .get, .untilClose, false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9", .head, .none, true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", .head, .none, true),
        ("HTTP/1.1 200 OK", .head, .none, true),
        ("HTTP/1.1 204 No Content", .get, .none, true),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 5", .get, .none, true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5", .get, .none, true),
        ("HTTP/1.1 205 Reset\r\nContent-Length: 0", .get, .length(0), true),
        ("HTTP/1.1 100 Continue", .post, .none, true),
        ("HTTP/1.1 103 Early Hints\r\nLink: x", .get, .none, true),
        ("HTTP/1.1 404 x\r\nContent-Length: 5\r\nConnection: close", .get, .length(5), false),
        ("HTTP/1.1 404 x\r\nContent-Length: 5\r\nConnection: a b", .get, .length(5), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 5", .get, .length(5), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive", .get, .length(5), true),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive", .get, .untilClose, false),
    ])
    func `the end of the body follows from status, method and fields`(
        _ text: String, _ method: Method, _ framing: BodyFraming, _ keepsAlive: Bool
    ) {
        let head = HeadFeed.acceptedResponse(text + "\r\n\r\n", method: method)
        #expect(head.framing == framing)
        #expect(head.keepsAlive == keepsAlive)
    }

    @Test func `a 101 tells what it switches to`() {
        let good = "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
        #expect(HeadFeed.acceptedResponse(good).upgrade == .websocket)
        #expect(!HeadFeed.acceptedResponse(good).isInterim)
        for text in [
            "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
            "HTTP/1.1 200 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.0 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        ] {
            #expect(HeadFeed.acceptedResponse(text).upgrade == .none)
        }
        #expect(HeadFeed.acceptedResponse("HTTP/1.1 103 x\r\n\r\n").isInterim)
    }

    static let refused: [(String, ResponseHeadError)] = [
        ("HTTP/1.1", .malformedStatusLine), ("HTTP/1.1 20", .malformedStatusLine),
        ("HTTP/1.1 2000", .malformedStatusLine), ("HTTP/1.1 2x0 OK", .malformedStatusLine),
        ("HTTP/1.1 099 x", .malformedStatusLine), ("HTTP/1.1 600 x", .malformedStatusLine),
        ("HTTP/1.1 -20 x", .malformedStatusLine), ("HTTP/1.1  200 OK", .malformedStatusLine),
        ("HTTP/1.1\t200 OK", .malformedStatusLine), ("http/1.1 200 OK", .malformedStatusLine),
        ("HTTP/1.1 200\tOK", .malformedStatusLine), ("ICY 200 OK", .malformedStatusLine),
        ("SSH-2.0-OpenSSH_9.2", .malformedStatusLine), ("", .malformedStatusLine),
        ("\r\nHTTP/1.1 200 OK", .malformedStatusLine), ("HTTP/2.0 200 OK", .unsupportedVersion),
        ("HTTP/1.2 200 OK", .unsupportedVersion), ("HTTP/0.9 200 OK", .unsupportedVersion),
        ("HTTP/1.1 200 a\u{0}b", .invalidField), ("HTTP/1.1 200 OK\nA: b", .invalidField),
        ("HTTP/1.1 200 OK\r\nA : b", .invalidField),
        ("HTTP/1.1 200 OK\r\nA: b\r\n c", .invalidField),
        ("HTTP/1.1 200 OK\r\nA", .invalidField), ("HTTP/1.1 200 OK\r\nA: b\rc", .invalidField),
        ("HTTP/1.1 200 OK\r\nA: b\nc: d", .invalidField), ("HTTP/1.1 200 OK\r\n: b", .invalidField),
        ("HTTP/1.1 200 OK\r\nA b: c", .invalidField),
        ("HTTP/1.1 200 OK\r\nA: \u{1}", .invalidField),
        ("HTTP/1.1 200 OK\r\nContent-Length: x", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5, 5", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6", .invalidContentLength),
        ("HTTP/1.1 204 OK\r\nContent-Length: x", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", .conflictingFraming),
        ("HTTP/1.1 304 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", .conflictingFraming),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip", .invalidTransferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked", .invalidTransferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding:", .invalidTransferEncoding),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
    ]

    @Test(arguments: refused)
    func `a response that breaks a rule is refused whole and split`(
        _ text: String, _ error: ResponseHeadError
    ) {
        let bytes = Array((text + "\r\n\r\n").utf8)
        #expect(HeadFeed.response(bytes) == .refused(error))
        guard case .refused = HeadFeed.responseByteByByte(bytes) else {
            Issue.record("byte by byte it was not refused")
            return
        }
    }

    @Test func `a response head beyond its limits is refused`() {
        let long = "HTTP/1.1 200 OK\r\nA: \(String(repeating: "b", count: 16_384))\r\n\r\n"
        #expect(HeadFeed.response(Array(long.utf8)) == .refused(.headTooLarge))
        #expect(HeadFeed.response(Array(long.utf8.dropLast(4))) == .refused(.headTooLarge))
        let many = "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n"
        #expect(HeadFeed.response(Array(many.utf8)) == .refused(.tooManyFields))
    }
}
