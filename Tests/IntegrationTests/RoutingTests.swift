import Testing

/// Which request goes where, as what.
@Suite struct RoutingTests {
    private static let routes = """
        [[route]]
        host = "api.example.com"
        path_prefix = "/pay"
        upstream = "app"
        rewrite_prefix = "/v2"
        [[route]]
        path_prefix = "/secret"
        respond = { status = 403, body = "no" }
        [[route]]
        path = "/old"
        redirect = { status = 301, path = "/new" }
        [[route]]
        path_prefix = "/"
        methods = ["DELETE"]
        respond = { status = 405 }
        [[route]]
        path_prefix = "/"
        headers = { X-Beta = "yes" }
        respond = { body = "beta" }
        [[route]]
        path_prefix = "/"
        upstream = "app"
        request_headers = { set = { X-Env = "prod" }, remove = ["X-Debug"] }
        response_headers = { set = { X-Served-By = "plimsoll" }, remove = ["Server"] }

        """

    @Test(arguments: KernelInterface.available)
    func `host, path, method and field decide, and rewrites are made`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.routes)
        func ask(_ line: String, _ fields: String = "Host: a\r\n") throws -> Message {
            try stage.daemon.ask("\(line) HTTP/1.1\r\n\(fields)\r\n")
        }
        #expect(try ask("GET /secret/x").status == 403)
        #expect(try ask("DELETE /").status == 405)
        #expect(try ask("GET /", "Host: a\r\nX-Beta: yes\r\n").text == "beta")
        let moved = try ask("GET /old?q=1")
        #expect(moved.status == 301)
        #expect(moved["location"] == "http://a/new?q=1")
        try stage.client.say("GET /pay/1?x=y HTTP/1.1\r\nHost: API.example.com:80\r\n\r\n")
        let (server, paid) = try stage.upstream.hear()
        #expect(paid.startLine == "GET /v2/1?x=y HTTP/1.1")
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        _ = try stage.client.hear()
        try stage.client.say("GET /else HTTP/1.1\r\nHost: a\r\nX-Debug: 1\r\nX-Env: no\r\n\r\n")
        let request = try server.hear()
        #expect(request["x-debug"] == nil)
        #expect(request.all("x-env") == ["prod"])
        try server.say("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n")
        let answer = try stage.client.hear()
        #expect(answer["x-served-by"] == "plimsoll")
        #expect(answer["server"] == nil)
    }

    @Test(arguments: KernelInterface.available)
    func `no spelling of a path steps around its route`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: Self.routes)
        let spellings: [(String, Int)] = [
            ("/./secret/x", 403), ("/a/../secret/x", 403), ("/%73ecret/x", 403),
            ("//secret/x", 403), ("/a/%2e%2e/secret/x", 403), ("/secret%2fx", 400),
            ("/a%2f..%2fsecret", 400), ("/a\\..\\secret", 400), ("/%5csecret", 400),
            ("/secret%00", 400), ("http://a/secret/x", 403),
        ]
        for (target, status) in spellings {
            let answer = try stage.daemon.ask("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == status, "\(target)")
        }
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available)
    func `unknown hosts are 421 and unknown paths 404`(_ driver: KernelInterface) throws {
        let route = "[[route]]\nhost = \"a\"\npath = \"/here\"\nupstream = \"app\"\n"
        let stage = try Stage(driver, rest: route)
        let elsewhere = try stage.daemon.ask("GET /here HTTP/1.1\r\nHost: b\r\n\r\n")
        #expect(elsewhere.status == 421)
        #expect(try stage.daemon.ask("GET /there HTTP/1.1\r\nHost: a\r\n\r\n").status == 404)
        let json = "GET /there HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n"
        let answer = try stage.daemon.ask(json)
        #expect(answer["content-type"]?.contains("json") == true)
        #expect(answer.text.hasPrefix("{"))
    }

    private static let spoofed = """
        GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\
        X_Forwarded_For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nX-Forwarded-Host: evil\r\n\
        Forwarded: for=6.6.6.6\r\nX-Request-Id: abc-123\r\nConnection: keep-alive, X-Hop\r\n\
        X-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nTE: gzip\r\nVia: 1.0 other\r\n\r\n
        """

    @Test(arguments: KernelInterface.available)
    func `an untrusted client's forwarding fields are overwritten`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        try stage.client.say(Self.spoofed)
        let (server, request) = try stage.upstream.hear()
        #expect(request.all("x-forwarded-for") == ["127.0.0.1"])
        #expect(request.all("x-real-ip") == ["127.0.0.1"])
        #expect(request.all("x-forwarded-proto") == ["http"])
        #expect(request.all("x-forwarded-host") == ["a"])
        #expect(request["x_forwarded_for"] == nil)
        #expect(request["forwarded"] == nil)
        #expect(request["x-request-id"] != nil && request["x-request-id"] != "abc-123")
        for name in ["x-hop", "keep-alive", "proxy-connection", "te"] {
            #expect(request[name] == nil, "\(name) is for one hop")
        }
        #expect(request["via"] == "1.0 other, 1.1 plimsoll")
        try server.say(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: X-Back\r\nX-Back: 1\r\n\r\n")
        let answer = try stage.client.hear()
        #expect(answer["x-back"] == nil)
        #expect(answer["via"] == "1.1 plimsoll")
    }

    @Test(arguments: KernelInterface.available)
    func `a trusted proxy's forwarding fields are extended`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, server: "trusted_proxies = [\"127.0.0.0/8\"]")
        try stage.client.say(Self.spoofed)
        let (_, request) = try stage.upstream.hear()
        #expect(request["x-forwarded-for"] == "6.6.6.6, 127.0.0.1")
        #expect(request["x-real-ip"] == "6.6.6.6")
        #expect(request["x-forwarded-proto"] == "https")
        #expect(request["x-forwarded-host"] == "evil")
        #expect(request["x-request-id"] == "abc-123")
    }

    @Test(arguments: KernelInterface.available)
    func `behind a proxy that ends TLS, a redirect to https does not lead in circles`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(
            driver,
            rest: """
                [[route]]
                path_prefix = "/"
                redirect = { scheme = "https" }
                [[route]]
                path_prefix = "/"
                upstream = "app"

                """, server: "trusted_proxies = [\"127.0.0.1/32\"]")
        let moved = try stage.daemon.ask(
            "GET /a HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: http\r\n\r\n")
        #expect(moved.status == 308)
        #expect(moved["location"] == "https://a/a")
        try stage.client.say("GET /a HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n")
        let (server, request) = try stage.upstream.hear()
        #expect(request.all("x-forwarded-proto") == ["https"])
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try stage.client.hear().status == 204)
    }

    @Test(arguments: KernelInterface.available)
    func `an upstream is told the host that it is known by`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, app: "host = \"service.internal\"")
        let (server, request) = try stage.open()
        #expect(request.all("host") == ["service.internal"])
        #expect(request.all("x-forwarded-host") == ["a"])
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        _ = try stage.client.hear()
        let plain = try Stage(driver)
        try plain.client.say("GET / HTTP/1.0\r\n\r\n")
        let (_, old) = try plain.upstream.hear()
        #expect(old.all("host") == ["127.0.0.1:\(plain.upstream.port)"])
    }
}
