import Testing

/// Breakers of routes, of slow answers, and in an operator's hand.
@Suite struct BreakerTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let failed = "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
    private static let plain = """
        retry = { mode = "off" }
        outlier = { mode = "off" }
        """

    private static func get(_ path: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
    }

    @Test(arguments: KernelInterface.available)
    func `a path that fails is closed off alone`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver, app: "\(Self.plain)\nbreaker = { consecutive_failures = 3 }",
            rest: """
                [[route]]
                path_prefix = "/bad"
                upstream = "app"
                breaker = { consecutive_failures = 3, open_for = "1h" }
                [[route]]
                upstream = "app"
                """)
        let (server, _) = try stage.open("/bad")
        for number in 0..<3 {
            if number > 0 {
                try stage.client.say(Self.get("/bad"))
                _ = try server.hear()
            }
            try server.say(Self.failed)
            #expect(try stage.client.hear().status == 500)
        }
        try stage.client.say(Self.get("/bad/again"))
        let refused = try stage.client.hear()
        #expect(refused.status == 503)
        #expect(
            refused["proxy-status"]
                == "plimsoll; error=destination_unavailable; details=\"breaker-open\"; scope=route")
        #expect((3_590...3_600).contains(Int(refused["retry-after"] ?? "") ?? 0))
        try stage.again(server)
    }

    @Test(arguments: KernelInterface.available)
    func `answers that are slow open it, though they are good`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(
            driver,
            app: """
                \(Self.plain)
                [upstream.app.breaker]
                slow_call = "1ms"
                slow_ratio = 1
                minimum_requests = 2
                open_for = "1h"
                """)
        let (server, _) = try stage.open()
        for number in 0..<2 {
            if number > 0 {
                try stage.client.say(Self.get("/"))
                _ = try server.hear()
            }
            // Nobody speaks on this wire: it is the time that passes.
            _ = Clock.wait(
                server.descriptor, for: Pump.readable, until: Clock.milliseconds + 5)
            try server.say(Self.ok)
            #expect(try stage.client.hear().status == 200)
        }
        try stage.client.say(Self.get("/"))
        let refused = try stage.client.hear()
        #expect(refused.status == 503)
        #expect(refused["proxy-status"]?.hasSuffix("; scope=upstream") == true)
    }

    @Test(arguments: KernelInterface.available)
    func `an operator opens and closes it`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver, app: Self.plain, rest: "[admin]\nlisten = \"unix:$DIR/a.sock\"\n")
        let (server, _) = try stage.open()
        try server.say(Self.ok)
        #expect(try stage.client.hear().status == 200)
        #expect(try Self.hold("open", stage.daemon).text == "app: open\n")
        try stage.client.say(Self.get("/"))
        #expect(try stage.client.hear().status == 503)
        #expect(try Self.hold("closed", stage.daemon).text == "app: closed\n")
        try stage.again(server)
    }

    private static func hold(_ word: String, _ daemon: Daemon) throws -> Message {
        let admin = try daemon.connect(toFile: "a.sock")
        try admin.say(
            "POST /control/breaker?upstream=app&hold=\(word) HTTP/1.1\r\nHost: localhost\r\n"
                + "X-Plimsoll-Control: 1\r\n\r\n")
        return try admin.hear()
    }
}
