import Testing

/// What a route's rate limit does to its clients.
@Suite struct RateLimitTests {
    private static func answering(_ limit: String) -> String {
        "[[route]]\nrespond = { status = 200, body = \"here\" }\nrate_limit = { \(limit) }\n"
    }

    private static func get(_ field: String = "X-A: b") -> String {
        "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n"
    }

    @Test(arguments: KernelInterface.available)
    func `a request beyond the rate is told when to come again`(
        _ driver: KernelInterface
    ) throws {
        let daemon = try Daemon(driver, Self.answering("requests = 1, per = \"1h\", burst = 2"))
        let client = try daemon.connect()
        var answers: [Message] = []
        for _ in 0..<3 {
            try client.say(Self.get())
            answers.append(try client.hear())
        }
        #expect(answers.map(\.status) == [200, 200, 429])
        let refused = answers[2]
        #expect(
            refused["proxy-status"]
                == "plimsoll; error=http_request_denied; details=\"rate-limited\"")
        let wait = Int(refused["retry-after"] ?? "") ?? 0
        #expect((3_590...3_600).contains(wait), "the first token comes back within an hour")
        #expect(refused["connection"] == nil, "the connection is kept")
    }

    @Test(arguments: KernelInterface.available)
    func `a refused request costs the upstream nothing`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver,
            rest: "[[route]]\nupstream = \"app\"\n"
                + "rate_limit = { requests = 1, per = \"1h\", by = \"client-address\" }\n")
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().status == 200)
        try stage.client.say(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + Self.get())
        #expect(try stage.client.hear().status == 429)
        #expect(try stage.client.hear().status == 429)
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available)
    func `each value of the field has its own allowance`(_ driver: KernelInterface) throws {
        let daemon = try Daemon(
            driver,
            Self.answering("requests = 1, per = \"1h\", by = { header = \"X-Api-Key\" }"))
        let fields = [
            "X-Api-Key: a", "x-api-key: a", "X-Api-Key: b", "X-Other: a", "X-Api-Key:",
        ]
        let statuses = try fields.map { try daemon.ask(Self.get($0)).status }
        #expect(statuses == [200, 429, 200, 200, 429], "without a value the address counts")
    }

    @Test(arguments: KernelInterface.available)
    func `a key cannot be hidden behind another`(_ driver: KernelInterface) throws {
        let daemon = try Daemon(
            driver,
            Self.answering("requests = 1, per = \"1h\", by = { header = \"X-Api-Key\" }"))
        let fields = [
            "X-Api-Key: real", "X-Api-Key: one\r\nX-Api-Key: real",
            "X-Api-Key: real\r\nX-Api-Key: two", "X-Api-Key:\r\nX_Api_Key: real",
        ]
        let statuses = try fields.map { try daemon.ask(Self.get($0)).status }
        #expect(statuses == [200, 429, 429, 429])
    }

    @Test(arguments: KernelInterface.available)
    func `behind a trusted proxy clients are told apart, others cannot pretend`(
        _ driver: KernelInterface
    ) throws {
        let limit = Self.answering("requests = 1, per = \"1h\", by = \"client-address\"")
        let clients = ["192.0.2.1", "192.0.2.2", "9.9.9.9, 192.0.2.1"]
        let trusted = try Daemon(driver, limit, server: "trusted_proxies = [\"127.0.0.1\"]")
        let heard = try clients.map {
            try trusted.ask(Self.get("X-Forwarded-For: \($0)")).status
        }
        #expect(heard == [200, 200, 429])
        let wary = try Daemon(driver, limit)
        let believed = try clients.map {
            try wary.ask(Self.get("X-Forwarded-For: \($0)")).status
        }
        #expect(believed == [200, 429, 429])
    }

    @Test(arguments: KernelInterface.available)
    func `a reload does not give the allowance anew, unless it changes it`(
        _ driver: KernelInterface
    ) throws {
        let limit = Self.answering("requests = 1, per = \"1h\"")
        let daemon = try Daemon(driver, limit)
        #expect(try daemon.ask(Self.get()).status == 200)
        try daemon.reload(limit + "[log]\nlevel = \"debug\"\n")
        #expect(try daemon.ask(Self.get()).status == 429)
        try daemon.reload(Self.answering("requests = 2, per = \"1h\""))
        #expect(try daemon.ask(Self.get()).status == 200)
    }
}
