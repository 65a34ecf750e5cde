import Testing

/// Every wait and every size has its end.
@Suite struct LimitTests {
    private static func listener(_ lines: String) -> String {
        "[[listener]]\nname = \"main\"\naddress = \"127.0.0.1:0\"\n\(lines)\n"
    }

    @Test(arguments: KernelInterface.available)
    func `a head that does not end in its time is a 408`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: Self.listener("timeouts = { head = \"100ms\" }"))
        try stage.client.say("GET / HTTP/1.1\r\nHo")
        let answer = try stage.client.hear()
        #expect(answer.status == 408)
        #expect(answer["connection"] == "close")
    }

    @Test(arguments: KernelInterface.available)
    func `a connection that says nothing is closed`(_ driver: KernelInterface) throws {
        let limits = Self.listener("timeouts = { head = \"150ms\", idle = \"100ms\" }")
        let stage = try Stage(driver, rest: limits)
        #expect(try stage.client.hearEnd().isEmpty)
        let used = try stage.daemon.connect()
        try used.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let (server, _) = try stage.upstream.hear()
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try used.hear().status == 204)
        #expect(try used.hearEnd().isEmpty)
    }

    @Test(arguments: KernelInterface.available)
    func `a body that stops is a 408`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: Self.listener("timeouts = { body_idle = \"100ms\" }"))
        try stage.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        let server = try stage.upstream.accept()
        _ = try server.hearHead()
        #expect(try stage.client.hear().status == 408)
        #expect(!server.hearEndOrReset().isClean)
    }

    @Test(arguments: KernelInterface.available)
    func `a body that drips is a 408, once its sender has had time`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.listener("minimum_body_rate = \"1KiB\""))
        try stage.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        let server = try stage.upstream.accept()
        _ = try server.hearHead()
        let began = Clock.milliseconds
        // A byte each 50 ms: the idle timeout of half a minute would never fire.
        while !Clock.wait(
            stage.client.descriptor, for: Pump.readable, until: Clock.milliseconds + 50)
        {
            try stage.client.say("x")
            try #require(Clock.milliseconds - began < Patience.milliseconds, "it was never cut off")
        }
        #expect(Clock.milliseconds - began >= 4_900)
        let answer = try stage.client.hear()
        #expect(answer.status == 408)
        #expect(answer["proxy-status"]?.contains("body-timeout") == true)
        #expect(!server.hearEndOrReset().isClean)
    }

    @Test(arguments: KernelInterface.available)
    func `a client that leaves ends its upstream's work within 50 ms`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        var waits: [Int64] = []
        for number in 0..<10 {
            let client = try stage.daemon.connect()
            try client.say("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            let (server, _) = try stage.upstream.hear()
            if number % 2 == 0 {
                client.reset()
            } else {
                // An end this late is a departure, not the half-close of who has said all.
                _ = Clock.wait(server.descriptor, for: 0, until: Clock.milliseconds + 60)
                client.close()
            }
            let left = Clock.milliseconds
            _ = server.hearEndOrReset()
            waits.append(Clock.milliseconds - left)
        }
        // The machine may be busy for one of them, not for most.
        #expect(waits.sorted()[waits.count / 2] <= 50, "\(waits)")
    }

    @Test(arguments: KernelInterface.available)
    func `heads that are too large are 431 and 414`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver, rest: Self.listener("limits = { head_bytes = \"12KiB\", fields = 10 }"))
        let long = String(repeating: "x", count: 11_900)
        let many = (0..<11).map { "X-\($0): 1\r\n" }.joined()
        for (request, status) in [
            ("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\nY: \(long)\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n", 431),
            ("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ] {
            let answer = try stage.daemon.ask(request)
            #expect(answer.status == status, "\(request.prefix(30))")
        }
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available)
    func `a body that is too large is a 413, its framing not counted`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.listener("limits = { body_bytes = \"10B\" }"))
        let long = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890"
        #expect(try stage.daemon.ask(long).status == 413)
        #expect(!stage.upstream.hasCaller)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try stage.daemon.ask(head + "5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n").status == 413)
        #expect(!(try stage.upstream.accept().hearEndOrReset().isClean))
        let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        try stage.client.say(head + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n" + next)
        let (server, request) = try stage.upstream.hear()
        #expect(request.text == "0123456789")
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try stage.client.hear().status == 204)
    }

    @Test(arguments: KernelInterface.available)
    func `an upstream that does not answer in its time is a 504`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, app: "timeouts = { response = \"150ms\" }")
        let (server, _) = try stage.open()
        let answer = try stage.client.hear()
        #expect(answer.status == 504)
        #expect(answer["proxy-status"]?.contains("http_response_timeout") == true)
        _ = server.hearEndOrReset()
        let (second, _) = try stage.open()
        try second.say("HTTP/1.1 200 OK\r\nContent-")
        #expect(try stage.client.hear().status == 504, "half a head is no answer")
        let (third, _) = try stage.open()
        try third.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        #expect(try stage.client.hearHead().status == 200)
        #expect(!stage.client.hearEndOrReset().isClean)
    }

    @Test(arguments: KernelInterface.available)
    func `an upstream that does not read an upload in its time is a 504`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, app: "timeouts = { response = \"200ms\" }")
        try stage.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        let server = try stage.upstream.accept()
        let piece = [UInt8](repeating: 1, count: 1 << 16)
        while Clock.wait(
            stage.client.descriptor, for: Pump.writable, until: Clock.milliseconds + 100)
        {
            guard stage.client.push(piece[...]) > 0, !stage.client.isSpokenTo else { break }
        }
        #expect(try stage.client.hear().status == 504)
        #expect(!server.hearEndOrReset().isClean)
    }

    @Test(arguments: KernelInterface.available)
    func `a route's time covers everything`(_ driver: KernelInterface) throws {
        let route = "[[route]]\nupstream = \"app\"\ntimeout = \"150ms\"\n"
        let stage = try Stage(driver, rest: route)
        let (server, _) = try stage.open()
        let answer = try stage.client.hear()
        #expect(answer.status == 504)
        _ = server.hearEndOrReset()
        let (second, _) = try stage.open()
        try second.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        #expect(!stage.client.hearEndOrReset().isClean)
    }

    @Test(arguments: KernelInterface.available)
    func `a reader that stops is cut off`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver, rest: Self.listener("timeouts = { body_idle = \"200ms\" }"),
            receiveBytes: 4096)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        let piece = [UInt8](repeating: 1, count: 1 << 16)
        let deadline = Clock.milliseconds + Patience.milliseconds
        while Clock.wait(server.descriptor, for: Pump.writable, until: deadline) {
            guard server.push(piece[...]) >= 0 else { break }
        }
        #expect(!stage.client.hearEndOrReset().isClean)
    }

    @Test(arguments: KernelInterface.available)
    func `who comes while all places are taken waits for one and is not reset`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(
            driver,
            rest: Self.listener("limits = { connections = 2 }")
                + "[[route]]\nrespond = { body = \"own\" }\n")
        let others = try (0..<7).map { _ in try stage.daemon.connect() }
        let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        for client in [stage.client] + others { try client.say(request) }
        for client in [stage.client] + others {
            #expect(try client.hear().text == "own")
        }
    }
}
