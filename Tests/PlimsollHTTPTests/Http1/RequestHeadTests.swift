import PlimsollCore
import PlimsollHTTP
import Testing

/// What well-formed requests say, and what leniency clients need.
struct RequestHeadTests {
    @Test func `an everyday request is read`() {
        let text =
            "GET /a/b?c=d&e=%20 HTTP/1.1\r\nHost: api.example.com:8080\r\n"
            + "User-Agent: test/1.0\r\nAccept: */*\r\n\r\n"
        let head = HeadFeed.acceptedRequest(text)
        #expect(head.method == .get)
        #expect(HeadFeed.text(head.methodRange, of: text) == "GET")
        #expect(HeadFeed.text(head.target, of: text) == "/a/b?c=d&e=%20")
        #expect(HeadFeed.text(head.path, of: text) == "/a/b")
        #expect(HeadFeed.text(head.query, of: text) == "?c=d&e=%20")
        #expect(HeadFeed.text(head.authority, of: text) == "api.example.com:8080")
        #expect(head.minorVersion == 1)
        #expect(head.framing == .none)
        #expect(head.keepsAlive)
        #expect(!head.expectsContinue)
        #expect(head.upgrade == .none)
        #expect(head.maxForwards == -1)
        #expect(!head.acceptsJSON)
        #expect(head.headBytes == text.utf8.count)
    }

    @Test(arguments: [
        ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put),
        ("DELETE", .delete), ("OPTIONS", .options), ("PATCH", .patch), ("get", .other),
        ("Get", .other), ("PROPFIND", .other), ("X", .other), ("GETS", .other),
        ("!#$%&'*+-.^_`|~09", .other),
    ])
    func `any token is a method`(_ token: String, _ method: Method) {
        let text = "\(token) / HTTP/1.1\r\nHost: a\r\n\r\n"
        let head = HeadFeed.acceptedRequest(text)
        #expect(head.method == method)
        #expect(HeadFeed.text(head.methodRange, of: text) == token)
    }

    @Test(arguments: [
        ("/", "/", ""), ("/?", "/", "?"), ("/a", "/a", ""), ("/a?b?c", "/a", "?b?c"),
        ("/a/../b//c;d", "/a/../b//c;d", ""), ("//a", "//a", ""),
        ("/{a}|\"<>^`", "/{a}|\"<>^`", ""),
        ("/a\\b", "/a\\b", ""),
        (
            "/0123456789abcdef?0123456789abcdef", "/0123456789abcdef",
            "?0123456789abcdef"
        ),
    ])
    func `a target is split into path and query`(_ target: String, _ path: String, _ query: String)
    {
        let text = "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
        let head = HeadFeed.acceptedRequest(text)
        #expect(HeadFeed.text(head.path, of: text) == path)
        #expect(HeadFeed.text(head.query, of: text) == query)
        #expect(head.authority.count == 1)
    }

    @Test(arguments: [
        ("http://b/c?d", "b", "/c", "?d"), ("HTTP://b:81/", "b:81", "/", ""),
        ("https://b", "b", "", ""), ("http://b?c", "b", "", "?c"), ("http://b:/c", "b", "/c", ""),
        ("http://[::1]:80/c", "[::1]:80", "/c", ""),
    ])
    func `an absolute target wins over Host`(
        _ target: String, _ authority: String, _ path: String, _ query: String
    ) {
        let text = "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
        let head = HeadFeed.acceptedRequest(text)
        #expect(HeadFeed.text(head.authority, of: text) == authority)
        #expect(HeadFeed.text(head.path, of: text) == path)
        #expect(HeadFeed.text(head.query, of: text) == query)
    }

    @Test func `an asterisk is a target of OPTIONS`() {
        let text = "OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 7\r\n\r\n"
        let head = HeadFeed.acceptedRequest(text)
        #expect(HeadFeed.text(head.path, of: text) == "*")
        #expect(head.maxForwards == 7)
    }

    @Test func `Max-Forwards means something to OPTIONS alone and stops at 31 bits`() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n"
        #expect(HeadFeed.acceptedRequest(get).maxForwards == -1)
        let options = "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 2147483648\r\n\r\n"
        #expect(HeadFeed.acceptedRequest(options).maxForwards == .max)
    }

    @Test(arguments: [
        "a", "a.b", "a-b_c~d", "A.EXAMPLE", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:8080",
        "[::ffff:1.2.3.4]", "abcdefghijklmnopqrstuvwxyz.example:0",
    ])
    func `a host is a name or an address with or without a port`(_ host: String) {
        let text = "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"
        #expect(HeadFeed.text(HeadFeed.acceptedRequest(text).authority, of: text) == host)
    }

    @Test func `the colon of an empty port is left off`() {
        let text = "GET / HTTP/1.1\r\nHost: a:\r\n\r\n"
        #expect(HeadFeed.text(HeadFeed.acceptedRequest(text).authority, of: text) == "a")
    }

    @Test func `one empty line before the request is passed over`() {
        let text = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let head = HeadFeed.acceptedRequest(text)
        #expect(head.methodRange == ByteRange(start: 2, count: 3))
        #expect(head.headBytes == text.utf8.count)
    }

    @Test func `HTTP/1.0 needs no Host and keeps alive only when asked`() {
        let bare = HeadFeed.acceptedRequest("GET / HTTP/1.0\r\n\r\n")
        #expect(bare.minorVersion == 0)
        #expect(bare.authority.isEmpty)
        #expect(!bare.keepsAlive)
        let asked = "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
        #expect(HeadFeed.acceptedRequest(asked).keepsAlive)
        let both = "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"
        #expect(!HeadFeed.acceptedRequest(both).keepsAlive)
    }

    @Test func `close among the Connection options ends the connection`() {
        for value in [
            "close", "CLOSE", " x ,, close ", "keep-alive,close", "x\r\nConnection: close",
        ] {
            let text = "GET / HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n"
            #expect(!HeadFeed.acceptedRequest(text).keepsAlive)
        }
        for value in ["", "closed", "keep-alive", "x"] {
            let text = "GET / HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n"
            #expect(HeadFeed.acceptedRequest(text).keepsAlive)
        }
    }

    @Test(arguments: [
        ("Content-Length: 0", BodyFraming.length(0)), ("Content-Length: 5", .length(5)),
        ("content-length:5", .length(5)), ("CONTENT-LENGTH: \t 5 \t ", .length(5)),
        ("Content-Length: 00000000000000000000000005", .length(5)),
        ("Content-Length: 9223372036854775807", .length(.max)),
        ("Transfer-Encoding: chunked", .chunked), ("transfer-encoding:\tCHUNKED\t", .chunked),
        ("X-Content-Length: 5", .none), ("Content_Length: 5", .none),
    ])
    func `framing is read from exactly one field`(_ field: String, _ framing: BodyFraming) {
        let text = "POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n"
        #expect(HeadFeed.acceptedRequest(text).framing == framing)
    }

    @Test func `a client may wait for 100 only with a body and only on HTTP/1.1`() {
        let fields = "Expect: 100-Continue\r\n"
        let length = "Content-Length: 5\r\n"
        let new = "POST / HTTP/1.1\r\nHost: a\r\n"
        #expect(HeadFeed.acceptedRequest(new + fields + length + "\r\n").expectsContinue)
        #expect(!HeadFeed.acceptedRequest(new + fields + "\r\n").expectsContinue)
        let old = "POST / HTTP/1.0\r\n"
        #expect(!HeadFeed.acceptedRequest(old + fields + length + "\r\n").expectsContinue)
    }

    @Test(arguments: [
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket",
            Upgrade.websocket
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, upgrade\r\nUpgrade: h2c, websocket",
            .websocket
        ),
        ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket", .none),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade", .none),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c", .none),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websockets", .none),
        ("GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket", .none),
        ("POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket", .none),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + "Content-Length: 5", .none
        ),
    ])
    func `only a websocket that Connection names is an upgrade`(_ head: String, _ upgrade: Upgrade)
    {
        #expect(HeadFeed.acceptedRequest(head + "\r\n\r\n").upgrade == upgrade)
    }

    @Test(arguments: [
        ("application/json", true), ("text/html, Application/JSON;q=0.9", true),
        ("application/problem+json", true), ("*/*", false), ("json", false), ("text/html", false),
        ("application/xjson", false), ("text/javascript", false), ("", false), ("a/j", false),
    ])
    func `Accept tells whether a refusal may be JSON`(_ accept: String, _ expected: Bool) {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n"
        #expect(HeadFeed.acceptedRequest(text).acceptsJSON == expected)
    }
}
