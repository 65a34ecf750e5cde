import PlimsollCore
import PlimsollHTTP
import Testing

struct HeadWriterRequestTests {
    @Test func `a plain request leaves with our fields behind its own`() {
        let lines = WrittenHead.request([
            "GET /a?b=c HTTP/1.1", "Host: example.com", "User-Agent: test", "Connection: close",
            "Accept: */*",
        ])
        #expect(
            lines.filter { !$0.hasPrefix("X-Request-Id: ") } == [
                "GET /a?b=c HTTP/1.1", "Host: example.com", "User-Agent: test", "Accept: */*",
                "X-Forwarded-For: 192.0.2.7", "X-Real-IP: 192.0.2.7", "X-Forwarded-Proto: http",
                "X-Forwarded-Host: example.com", "Via: 1.1 plimsoll",
            ])
        let id = lines.values("x-request-id")
        #expect(id.count == 1 && id[0].count == 32 && id[0].allSatisfy(\.isHexDigit))
    }

    @Test(arguments: [
        ("GET http://example.com/x?y HTTP/1.1", "GET /x?y HTTP/1.1"),
        ("GET http://example.com HTTP/1.1", "GET / HTTP/1.1"),
        ("GET http://example.com?q HTTP/1.1", "GET /?q HTTP/1.1"),
        ("OPTIONS http://example.com HTTP/1.1", "OPTIONS * HTTP/1.1"),
        ("OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1"), ("GET /x HTTP/1.0", "GET /x HTTP/1.1"),
        ("PURGE /x? HTTP/1.1", "PURGE /x? HTTP/1.1"),
    ])
    func `every form of target leaves in origin form`(line: String, expected: String) {
        let lines = WrittenHead.request([line, "Host: example.com"])
        #expect(lines[0] == expected)
        #expect(lines.values("host") == ["example.com"])
    }

    @Test func `an absolute target's host wins`() {
        let lines = WrittenHead.request([
            "GET http://real.test:81/ HTTP/1.1", "Accept: */*", "Host: other.test",
        ])
        #expect(lines.values("host") == ["real.test:81"])
        #expect(lines.values("x-forwarded-host") == ["real.test:81"])
    }

    @Test func `another path takes the place of the one received`() {
        let lines = WrittenHead.request(
            ["GET /a/../b?q=/../ HTTP/1.1", "Host: h", "Accept: */*"], path: "/b")
        #expect(lines[0] == "GET /b?q=/../ HTTP/1.1")
        #expect(lines.values("host") == ["h"])
        #expect(lines.values("accept") == ["*/*"])
    }

    @Test func `what belongs to the connection stays behind`() {
        let lines = WrittenHead.request([
            "GET / HTTP/1.1", "Host: h", "Connection: keep-alive, X-Secret, close", "Keep-Alive: 5",
            "Proxy-Connection: x", "TE: trailers", "Upgrade: h2c", "HTTP2-Settings: x",
            "Proxy-Authorization: x", "X-SECRET: 1", "X-Kept: 2", "Trailer: x",
        ])
        #expect(lines.values("x-kept") == ["2"])
        for name in [
            "connection", "keep-alive", "proxy-connection", "te", "upgrade", "http2-settings",
            "proxy-authorization", "x-secret", "trailer",
        ] {
            #expect(lines.values(name) == [], "\(name)")
        }
    }

    @Test func `Connection cannot take Host or our own fields away`() {
        let lines = WrittenHead.request([
            "GET / HTTP/1.1", "Host: h", "Connection: Host, X-Forwarded-For, X-Real-IP, Via",
        ])
        #expect(lines.values("host") == ["h"])
        #expect(lines.values("x-forwarded-for") == ["192.0.2.7"])
        #expect(lines.values("x-real-ip") == ["192.0.2.7"])
        #expect(lines.values("via") == ["1.1 plimsoll"])
    }

    @Test func `framing is written anew`() {
        let length = WrittenHead.request([
            "POST / HTTP/1.1", "Host: h", "Content-Length: 0042", "Accept: */*",
        ])
        #expect(length.values("content-length") == ["42"])
        #expect(length.values("transfer-encoding") == [])
        let chunked = WrittenHead.request([
            "POST / HTTP/1.1", "Host: h", "Transfer-Encoding: Chunked", "Trailer: X-Sum",
        ])
        #expect(chunked.values("transfer-encoding") == ["chunked"])
        #expect(chunked.values("content-length") == [])
        #expect(chunked.values("trailer") == ["X-Sum"])
        let none = WrittenHead.request(["GET / HTTP/1.1", "Host: h"])
        #expect(none.values("content-length") == [] && none.values("transfer-encoding") == [])
        let zero = WrittenHead.request(["POST / HTTP/1.1", "Host: h", "Content-Length: 0"])
        #expect(zero.values("content-length") == ["0"])
    }

    @Test func `white space that is not canonical is tidied`() {
        let lines = WrittenHead.request([
            "GET / HTTP/1.1", "Host:\th \t", "X-A:1", "X-B:   2  ", "X-C: 3", "X-D:",
        ])
        #expect(lines[1] == "Host: h")
        #expect(lines.contains("X-A: 1") && lines.contains("X-B: 2") && lines.contains("X-C: 3"))
        #expect(lines.contains("X-D: "))
    }

    @Test func `a websocket upgrade is asked for anew and only if allowed`() {
        let head = [
            "GET /ws HTTP/1.1", "Host: h", "Connection: keep-alive, Upgrade", "Upgrade: WebSocket",
            "Sec-WebSocket-Key: k",
        ]
        let allowed = WrittenHead.request(head)
        #expect(allowed.values("connection") == ["Upgrade"])
        #expect(allowed.values("upgrade") == ["websocket"])
        #expect(allowed.values("sec-websocket-key") == ["k"])
        let refused = WrittenHead.request(head, allowsUpgrade: false)
        #expect(refused.values("connection") == [] && refused.values("upgrade") == [])
    }

    @Test func `an expectation that the client waits on is passed on`() {
        let waits = WrittenHead.request([
            "POST / HTTP/1.1", "Host: h", "Expect: 100-continue", "Content-Length: 1",
        ])
        #expect(waits.values("expect") == ["100-continue"])
        let cannot = WrittenHead.request(["GET / HTTP/1.1", "Host: h", "Expect: 100-continue"])
        #expect(cannot.values("expect") == [])
    }

    @Test func `Max-Forwards is counted down for OPTIONS and untouched elsewhere`() {
        let options = WrittenHead.request(["OPTIONS / HTTP/1.1", "Host: h", "Max-Forwards: 7"])
        #expect(options.values("max-forwards") == ["6"])
        let get = WrittenHead.request(["GET / HTTP/1.1", "Host: h", "Max-Forwards: 7"])
        #expect(get.values("max-forwards") == ["7"])
    }

    @Test func `Via is added to what is there with the version received`() {
        let lines = WrittenHead.request(["GET / HTTP/1.0", "Host: h", "Via: 1.1 other"])
        #expect(lines.values("via") == ["1.1 other", "1.0 plimsoll"])
    }

    @Test func `a route's fields take the place of the client's and of ours`() {
        let rules = FieldRules(
            set: [("X-Env", "prod"), ("X-Forwarded-Proto", "https")], add: [("X-Tag", "b")],
            remove: ["x-debug", "Cookie", "x-real-ip"])
        let lines = WrittenHead.request(
            [
                "GET / HTTP/1.1", "Host: h", "x-env: test", "X-DEBUG: 1", "Cookie: c", "X-Tag: a",
                "X-Debugger: 1", "X-Env: again",
            ], rules: rules)
        #expect(lines.values("x-env") == ["prod"])
        #expect(lines.values("x-tag") == ["a", "b"])
        #expect(lines.values("x-debug") == [] && lines.values("cookie") == [])
        #expect(lines.values("x-debugger") == ["1"])
        #expect(lines.values("x-forwarded-proto") == ["https"])
        #expect(lines.values("x-real-ip") == [])
        #expect(lines.values("x-forwarded-for") == ["192.0.2.7"])
    }

    @Test func `what is written parses again to the same meaning`() {
        var random = RandomBytes(seed: 3)
        let methods = ["GET", "POST", "DELETE", "OPTIONS", "BREW"]
        let fields = [
            "Accept: */*", "X-A:1", "x-b:  2 ", "Connection: close", "Connection: x-a", "Cookie: c",
            "X-Forwarded-For: 1.1.1.1", "Via: 1.0 x", "X_Real_IP: 9", "Upgrade: websocket",
            "Max-Forwards: 3", "TE: trailers",
        ]
        for round in 0..<2_000 {
            let isAbsolute = random.below(4) == 0
            let hasBody = random.below(3)
            var lines = [
                "\(methods[random.below(methods.count)]) \(isAbsolute ? "http://abs.test" : "")/p\(round)"
                    + (random.below(2) == 0 ? "?q=\(round)" : "") + " HTTP/1.1"
            ]
            lines.append("Host: host.test")
            for _ in 0..<random.below(9) { lines.append(fields[random.below(fields.count)]) }
            if lines.count(where: { $0.hasPrefix("Max") }) > 1 { continue }
            if hasBody == 1 { lines.append("Content-Length: \(round)") }
            if hasBody == 2 { lines.append("Transfer-Encoding: chunked") }
            let once = WrittenHead.request(lines, peer: WrittenHead.peer(isTrusted: round % 2 == 0))
            #expect(once != ["refused"])
            #expect(once[0].hasSuffix(" HTTP/1.1") && once[0].contains(" /p\(round)"))
            #expect(once.values("host") == [isAbsolute ? "abs.test" : "host.test"])
            #expect(once.values("content-length") == (hasBody == 1 ? ["\(round)"] : []))
            #expect(once.values("transfer-encoding") == (hasBody == 2 ? ["chunked"] : []))
            // Written once more it only gains a Via and another hop.
            let twice = WrittenHead.request(once)
            #expect(twice.values("via") == once.values("via") + ["1.1 plimsoll"])
            #expect(twice[0] == once[0] && twice[1] == once[1])
            #expect(twice.values("x-a") == once.values("x-a"))
        }
    }

    @Test func `a request for no host is told the upstream's own`() {
        let head = WrittenHead.request(["GET / HTTP/1.0"])
        #expect(head.first == "GET / HTTP/1.1")
        #expect(head.values("Host") == ["app.test:8080"])
        #expect(head.values("X-Forwarded-Host").isEmpty)
    }

    @Test(arguments: [
        ["GET /a HTTP/1.1", "Host: shop.test"], ["GET /a HTTP/1.0", "X: y", "Host: shop.test"],
        ["GET http://shop.test/a HTTP/1.1", "Host: other.test"],
    ])
    func `an upstream's own host stands for the client's`(_ lines: [String]) {
        let head = WrittenHead.request(lines, host: HostRule("app.test:8080", replaces: true))
        #expect(head.first == "GET /a HTTP/1.1")
        #expect(head.values("Host") == ["app.test:8080"])
        #expect(head.values("X-Forwarded-Host") == ["shop.test"])
        let kept = WrittenHead.request(lines)
        #expect(kept.values("Host") == ["shop.test"])
    }
}
