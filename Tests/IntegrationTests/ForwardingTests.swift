import Testing

/// Requests, answers and the connections they use.
@Suite struct ForwardingTests {
    @Test(arguments: KernelInterface.available)
    func `a request reaches the upstream and its answer the client`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        try stage.client.say(
            "GET /hello?who=you HTTP/1.1\r\nHost: example.com\r\nX-Own: 1\r\n\r\n")
        let (server, request) = try stage.upstream.hear()
        #expect(request.startLine == "GET /hello?who=you HTTP/1.1")
        #expect(request["host"] == "example.com")
        #expect(request["x-own"] == "1")
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Theirs: 2\r\n\r\nworld")
        let answer = try stage.client.hear()
        #expect(answer.startLine == "HTTP/1.1 200 OK")
        #expect(answer.text == "world")
        #expect(answer["x-theirs"] == "2")
        #expect(answer["date"] != nil)
    }

    @Test(arguments: KernelInterface.available)
    func `both connections are kept, and used again`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try stage.client.hear()
        for _ in 0..<20 {
            try stage.again(server)
        }
        let other = try stage.daemon.connect()
        try other.say("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try server.hear().startLine == "GET /other HTTP/1.1")
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available)
    func `pipelined requests are answered in order`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let requests = (0..<5).map { number in
            number == 2
                ? "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
                : "GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
        }
        try stage.client.say(requests.joined())
        let server = try stage.upstream.accept()
        for number in 0..<5 {
            let request = try server.hear()
            #expect(request.startLine.contains(" /\(number) "))
            #expect(request.text == (number == 2 ? "body" : ""))
            try server.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
        }
        for number in 0..<5 {
            #expect(try stage.client.hear().text == "\(number)")
        }
    }

    @Test(arguments: KernelInterface.available)
    func `a request that comes byte by byte is served`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let text = "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        for byte in text.utf8 {
            try stage.client.say([byte])
        }
        let (server, request) = try stage.upstream.hear()
        #expect(request.text == "abc")
        for byte in "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxyz".utf8 {
            try server.say([byte])
        }
        #expect(try stage.client.hear().text == "xyz")
    }

    @Test(arguments: KernelInterface.available)
    func `a client that has finished speaking is still answered`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        stage.client.endSending()
        let (server, _) = try stage.upstream.hear()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try stage.client.hear().text == "hello")
        #expect(try stage.client.hearEnd().isEmpty)
    }

    @Test(arguments: KernelInterface.available)
    func `a client that leaves takes its request to the upstream with it`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        // A client that ends at once may be one that has finished speaking: 50 ms tell them apart.
        _ = Clock.wait(server.descriptor, for: 0, until: Clock.milliseconds + 60)
        let left = Clock.milliseconds
        stage.client.close()
        _ = server.hearEndOrReset()
        #expect(Clock.milliseconds - left < 1000)
    }

    @Test(arguments: KernelInterface.available)
    func `a client that resets takes its request with it at once`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        stage.client.reset()
        _ = server.hearEndOrReset()
    }

    @Test(arguments: KernelInterface.available)
    func `a connection that the upstream ended is not used again`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try stage.client.hear()
        server.endSending()
        // The daemon closes its side when it has heard of it.
        _ = try server.hearEnd()
        try stage.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        let (fresh, request) = try stage.upstream.hear()
        #expect(request.text == "x")
        try fresh.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(try stage.client.hear().status == 200)
    }

    @Test(arguments: KernelInterface.available)
    func `bytes that nobody asked for end the upstream's connection`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().text == "ok")
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
        _ = server.hearEndOrReset()
        let (fresh, _) = try stage.open()
        try fresh.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe")
        #expect(try stage.client.hear().text == "safe")
    }

    @Test(arguments: KernelInterface.available)
    func `surplus bytes behind an answer never reach a client`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")
        #expect(try stage.client.hear().text == "ok")
        _ = server.hearEndOrReset()
        #expect(!stage.client.isSpokenTo)
    }

    @Test(arguments: KernelInterface.available)
    func `a stale connection is invisible to a GET`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try stage.client.hear()
        try stage.client.say("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try server.hear()
        server.close()
        let (fresh, request) = try stage.upstream.hear()
        #expect(request.startLine == "GET /2 HTTP/1.1")
        try fresh.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `a stale connection is a clear 502 to a POST, which is never sent twice`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try stage.client.hear()
        try stage.client.say("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        _ = try server.hear()
        server.close()
        let answer = try stage.client.hear()
        #expect(answer.status == 502)
        #expect(answer["proxy-status"]?.contains("connection_terminated") == true)
        #expect(answer["x-request-id"] != nil)
        #expect(!stage.upstream.hasCaller)
    }
}
