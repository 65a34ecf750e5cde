import Glibc
import Testing

/// The admin server and the health checks, on their own loop.
@Suite struct AdminTests {
    private static let admin = "[admin]\nlisten = \"unix:$DIR/b.sock\"\n"
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func ask(_ daemon: Daemon, _ path: String) throws -> Message {
        let wire = try daemon.connect(toFile: "b.sock")
        try wire.say("GET \(path) HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
        return try wire.hear()
    }

    @Test(arguments: KernelInterface.available)
    func `health, metrics and status are told while requests are under way`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.admin)
        let (server, _) = try stage.open()
        #expect(try Self.ask(stage.daemon, "/healthz").status == 200)
        #expect(try Self.ask(stage.daemon, "/readyz").status == 200)
        let status = try Self.ask(stage.daemon, "/status")
        #expect(status["content-type"] == "application/json")
        #expect(status.text.contains("\"app\""))
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try stage.client.hear()
        try Patience.until("the request is counted") {
            let metrics = try Self.ask(stage.daemon, "/metrics").text
            return metrics.split(separator: "\n").contains {
                $0.hasPrefix("plimsoll_requests_total") && $0.hasSuffix(" 1")
            }
        }
        #expect(try Self.ask(stage.daemon, "/nothing").status == 404)
    }

    @Test(arguments: KernelInterface.available)
    func `while it drains it is not ready`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: Self.admin)
        let (server, _) = try stage.open()
        stage.daemon.signal(SIGTERM)
        try stage.daemon.hearLog("draining")
        let ready = try Self.ask(stage.daemon, "/readyz")
        #expect(ready.status == 503, "\(ready.text)")
        #expect(try Self.ask(stage.daemon, "/healthz").status == 200)
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().text == "ok")
        #expect(try stage.daemon.hearExit() == 0)
    }

    @Test(arguments: KernelInterface.available)
    func `connections are counted by what they do`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: Self.admin)
        let reading = try stage.daemon.connect()
        try reading.say("GET / HT")
        let (server, _) = try stage.open()
        try Self.hearMetrics(
            of: stage.daemon,
            [
                "plimsoll_client_connections{state=\"reading\"} 1",
                "plimsoll_client_connections{state=\"waiting\"} 1",
                "plimsoll_upstream_connections{state=\"busy\"} 1",
                "plimsoll_upstream_connections{state=\"idle\"} 0",
            ])
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        try Self.hearMetrics(
            of: stage.daemon, ["plimsoll_client_connections{state=\"answering\"} 1"])
        try server.say("cd")
        #expect(try stage.client.hear().text == "abcd")
        reading.close()
        try Self.hearMetrics(
            of: stage.daemon,
            [
                "plimsoll_client_connections{state=\"idle\"} 1",
                "plimsoll_client_connections{state=\"reading\"} 0",
                "plimsoll_client_connections{state=\"waiting\"} 0",
                "plimsoll_client_connections{state=\"answering\"} 0",
                "plimsoll_client_connections{state=\"closing\"} 0",
                "plimsoll_upstream_connections{state=\"busy\"} 0",
                "plimsoll_upstream_connections{state=\"idle\"} 1",
                "plimsoll_upstream_connections{state=\"connecting\"} 0",
            ])
    }

    /// Asks until all lines are there: loops publish at the end of a turn.
    private static func hearMetrics(of daemon: Daemon, _ lines: [String]) throws {
        try Patience.until("\(lines)") {
            let all = Set(try ask(daemon, "/metrics").text.split(separator: "\n"))
            return lines.allSatisfy { all.contains(Substring($0)) }
        }
    }

    @Test(arguments: KernelInterface.available)
    func `an endpoint that fails its health checks gets no requests until it recovers`(
        _ driver: KernelInterface
    ) throws {
        let good = try LoadService(delayMilliseconds: 0)
        let sick = Upstream()
        let daemon = try Daemon(
            driver,
            """
            [upstream.app]
            endpoints = [\(good.endpoint), \(sick.endpoint)]
            balance = "round-robin"
            slow_start = "0s"
            health = { path = "/up", interval = "20ms", timeout = "1m", rise = 1, fall = 1 }
            """)
        try Self.answerProbe(at: sick, "500 Oh")
        try daemon.hearLog("unwell")
        for _ in 0..<6 {
            #expect(try daemon.ask(Self.get).text == "ok")
        }
        try Self.answerProbe(at: sick, "200 OK")
        try daemon.hearLog("well again")
        // Of two requests in a row one is its.
        let clients = try (0..<2).map { _ in try daemon.connect() }
        for client in clients {
            try client.say(Self.get)
        }
        try Patience.until("a request after its return") {
            try Self.answerProbe(at: sick, "200 OK")
        }
    }

    /// Answers what comes next to an endpoint.
    /// - Returns: whether it was a client's request instead of a probe.
    @discardableResult
    private static func answerProbe(at upstream: Upstream, _ status: String) throws -> Bool {
        let (wire, question) = try upstream.hear()
        try wire.say("HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return question.startLine == "GET / HTTP/1.1"
    }

    @Test(arguments: KernelInterface.available)
    func `the file of the admin server's socket goes with the process`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, rest: Self.admin)
        let daemon = stage.daemon
        #expect(try Self.ask(daemon, "/healthz").status == 200)
        daemon.signal(SIGTERM)
        #expect(try daemon.hearExit() == 0)
        #expect(throws: (any Error).self) { try daemon.connect(toFile: "b.sock") }
        #expect(access("\(daemon.directory)/b.sock", F_OK) != 0)
    }
}
