import Testing

/// How long an answer is waited for, as clients and routes say it.
@Suite struct DeadlineTests {
    private static let trusting = "trusted_proxies = [\"127.0.0.1\"]"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private static func route(_ keys: String = "") -> String {
        "[[route]]\nupstream = \"app\"\ndeadline_header = \"X-Left-Ms\"\n\(keys)\n"
    }

    private static func get(_ fields: String...) -> String {
        "GET / HTTP/1.1\r\nHost: a\r\n\(fields.map { "\($0)\r\n" }.joined())\r\n"
    }

    /// What the upstream hears in a field of a request, without the blanks before it.
    private static func heard(
        _ request: Message, _ field: String, unit: String = ""
    ) -> Int? {
        guard let value = request[field], value.hasSuffix(unit) else { return nil }
        return Int(value.dropLast(unit.count))
    }

    @Test(arguments: KernelInterface.available)
    func `what a trusted client still waits goes on, less what was spent`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(
            driver, rest: Self.route("timeout = \"60s\""), server: Self.trusting)
        try stage.client.say(Self.get("X-Left-Ms: 30000", "grpc-timeout: 20S"))
        let (server, request) = try stage.upstream.hear()
        let left = try #require(Self.heard(request, "x-left-ms"))
        #expect((1_000...20_000).contains(left), "the earlier of both")
        #expect(Self.heard(request, "grpc-timeout", unit: "m") == left)
        #expect(request.all("x-left-ms").count == 1)
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
        // Without a word of the client, the route's.
        try stage.client.say(Self.get())
        let again = try server.hear()
        #expect((20_001...60_000).contains(Self.heard(again, "x-left-ms") ?? 0))
        #expect(again["grpc-timeout"] == nil)
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(
        arguments: KernelInterface.available, ["X-Left-Ms: 0", "X-Left-Ms: -3", "grpc-timeout: 0S"])
    func `a request whose time is over is refused before anything is spent on it`(
        _ driver: KernelInterface, _ field: String
    ) throws {
        let stage = try Stage(driver, rest: Self.route(), server: Self.trusting)
        try stage.client.say(Self.get(field))
        let refused = try stage.client.hear()
        #expect(refused.status == 504)
        #expect(refused["proxy-status"]?.contains("deadline-unmeetable") == true)
        #expect(refused["retry-after"] == nil)
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available)
    func `of several deadlines the first to come counts, and one goes on`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.route(), server: Self.trusting)
        try stage.client.say(
            Self.get(
                "grpc-timeout: 90S", "X-Left-Ms: 80000", "grpc-timeout: 20S", "x-left-ms: 50000"))
        let (server, request) = try stage.upstream.hear()
        #expect(request.all("grpc-timeout").count == 1)
        #expect(request.all("x-left-ms").count == 1)
        #expect((1...20_000).contains(Self.heard(request, "grpc-timeout", unit: "m") ?? 0))
        #expect((1...20_000).contains(Self.heard(request, "x-left-ms") ?? 0))
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `an answer that is late is a 504 at the client's deadline`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.route(), server: Self.trusting)
        try stage.client.say(Self.get("X-Left-Ms: 50"))
        _ = try stage.upstream.hear()
        let late = try stage.client.hear()
        #expect(late.status == 504)
    }

    @Test(arguments: KernelInterface.available)
    func `strangers set no deadlines, and cannot pretend to`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: Self.route())
        try stage.client.say(Self.get("X-Left-Ms: 0", "X_Left_Ms: 5", "grpc-timeout: 0S"))
        let (server, request) = try stage.upstream.hear()
        #expect(request["x-left-ms"] == nil)
        #expect(request["x_left_ms"] == nil)
        #expect(request["grpc-timeout"] == "0S", "between the client and its service")
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available, ["soon", "1e3", "", "99999999999999999999"])
    func `what is no deadline sets none and goes no further`(
        _ driver: KernelInterface, _ value: String
    ) throws {
        let stage = try Stage(driver, rest: Self.route(), server: Self.trusting)
        try stage.client.say(Self.get("X-Left-Ms: \(value)", "grpc-timeout: \(value)S"))
        let (server, request) = try stage.upstream.hear()
        #expect(request["x-left-ms"] == nil)
        #expect(request["grpc-timeout"] == nil)
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }
}
