import Testing

/// Retries and hedges: what is asked again, when, and what is not.
@Suite struct RetryTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private static func answer(_ status: Int, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) Oh\r\n\(fields)Content-Length: 2\r\n\r\noh"
    }

    @Test(arguments: KernelInterface.available)
    func `a bad gateway is asked again by default, on the connection that it came on`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say(Self.answer(502))
        #expect(try server.hear()["x-attempt"] == "2")
        try server.say(Self.answer(502))
        #expect(try stage.client.hear().status == 502, "one attempt may follow the first")
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available)
    func `two attempts may follow, none may, and what was posted is never repeated`(
        _ driver: KernelInterface
    ) throws {
        let two = try Stage(driver, app: "retry = { attempts = 2 }")
        let (server, _) = try two.open()
        for number in 2...3 {
            try server.say(Self.answer(503))
            #expect(try server.hear()["x-attempt"] == "\(number)")
        }
        try server.say(Self.ok)
        #expect(try two.client.hear().text == "ok")
        try two.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        _ = try server.hear()
        try server.say(Self.answer(503))
        #expect(try two.client.hear().status == 503)

        let none = try Stage(driver, app: "retry = { attempts = 0 }")
        let (other, _) = try none.open()
        try other.say(Self.answer(503))
        #expect(try none.client.hear().status == 503)
    }

    @Test(arguments: KernelInterface.available)
    func `an attempt that a trusted peer made counts`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, server: "trusted_proxies = [\"127.0.0.0/8\"]")
        try stage.client.say("GET / HTTP/1.1\r\nHost: a\r\nX-Attempt: 2\r\n\r\n")
        let (server, request) = try stage.upstream.hear()
        #expect(request["x-attempt"] == "2")
        try server.say(Self.answer(502))
        #expect(try stage.client.hear().status == 502)
    }

    @Test(arguments: KernelInterface.available)
    func `a wait that the upstream asks for is waited, a longer one is for the client`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        let saidAt = Clock.milliseconds
        try server.say(Self.answer(503, "grpc-retry-pushback-ms: 300\r\n"))
        _ = try server.hear()
        #expect(Clock.milliseconds - saidAt >= 290)
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
        for field in ["Retry-After: 2", "grpc-retry-pushback-ms: -1"] {
            try stage.client.say(Self.get)
            _ = try server.hear()
            try server.say(Self.answer(503, field + "\r\n"))
            #expect(try stage.client.hear().status == 503)
        }
    }

    @Test(arguments: KernelInterface.available)
    func `a request that waits to be retried holds no permit`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, app: "bulkhead = { concurrency = 1, queue = 1 }")
        let (server, _) = try stage.open()
        try server.say(Self.answer(503, "grpc-retry-pushback-ms: 500\r\n"))
        let other = try stage.daemon.connect()
        try other.say("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try server.hear().startLine.contains("/other"))
        try server.say(Self.ok)
        #expect(try other.hear().text == "ok")
        #expect(try server.hear()["x-attempt"] == "2")
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }

    private static func hedged(_ driver: KernelInterface, _ one: Upstream, _ other: Upstream) throws
        -> Daemon
    {
        try Daemon(
            driver,
            """
            [upstream.app]
            endpoints = [\(one.endpoint), \(other.endpoint)]
            balance = "round-robin"
            retry = { hedge_after = "50ms" }
            """)
    }

    /// Where the first attempt went, and where its hedge did.
    private static func race(
        _ daemon: Daemon, _ one: Upstream, _ other: Upstream, _ client: Wire
    ) throws -> (first: Wire, second: Wire) {
        try client.say(get)
        try Patience.until("the first attempt") { one.hasCaller || other.hasCaller }
        let isOne = one.hasCaller
        let first = try (isOne ? one : other).hear()
        let second = try (isOne ? other : one).hear()
        #expect(first.request["x-attempt"] == nil && second.request["x-attempt"] == "2")
        return (first.wire, second.wire)
    }

    @Test(arguments: KernelInterface.available)
    func `a request that takes too long goes elsewhere as well, and the loser is dropped`(
        _ driver: KernelInterface
    ) throws {
        let (one, other) = (Upstream(), Upstream())
        let daemon = try Self.hedged(driver, one, other)
        let client = try daemon.connect()
        let (first, second) = try Self.race(daemon, one, other, client)
        try second.say(Self.ok)
        #expect(try client.hear().text == "ok")
        #expect(first.hearEndOrReset().bytes.isEmpty)
    }

    @Test(arguments: KernelInterface.available)
    func `the first attempt may still win`(_ driver: KernelInterface) throws {
        let (one, other) = (Upstream(), Upstream())
        let daemon = try Self.hedged(driver, one, other)
        let client = try daemon.connect()
        let (first, second) = try Self.race(daemon, one, other, client)
        try first.say(Self.ok)
        #expect(try client.hear().text == "ok")
        #expect(second.hearEndOrReset().bytes.isEmpty)
    }

    @Test(arguments: KernelInterface.available)
    func `of two attempts the one that fails does not count`(_ driver: KernelInterface) throws {
        for firstFails in [true, false] {
            let (one, other) = (Upstream(), Upstream())
            let daemon = try Self.hedged(driver, one, other)
            let client = try daemon.connect()
            let (first, second) = try Self.race(daemon, one, other, client)
            let (bad, good) = firstFails ? (first, second) : (second, first)
            try bad.say(Self.answer(503))
            _ = bad.hearEndOrReset()
            try good.say(Self.ok)
            #expect(try client.hear().text == "ok")
        }
    }

    @Test(arguments: KernelInterface.available)
    func `a connection that breaks leaves the other attempt`(_ driver: KernelInterface) throws {
        for firstBreaks in [true, false] {
            let (one, other) = (Upstream(), Upstream())
            let daemon = try Self.hedged(driver, one, other)
            let client = try daemon.connect()
            let (first, second) = try Self.race(daemon, one, other, client)
            (firstBreaks ? first : second).reset()
            try (firstBreaks ? second : first).say(Self.ok)
            #expect(try client.hear().text == "ok")
        }
    }
}
