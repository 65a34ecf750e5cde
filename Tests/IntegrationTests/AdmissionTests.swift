import Testing

/// Bulkhead, queue, breaker, retries: what an upstream is spared.
@Suite struct AdmissionTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test(arguments: KernelInterface.available)
    func `a request beyond bulkhead and queue is told so at once`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(
            driver,
            app: "bulkhead = { concurrency = 1, queue = 1, queue_timeout = \"10s\" }")
        let (server, _) = try stage.open()
        let waiting = try stage.daemon.connect()
        try waiting.say("GET /waiting HTTP/1.1\r\nHost: a\r\n\r\n")
        let refused = try Self.refusal(from: stage.daemon)
        #expect(refused.status == 503)
        #expect(refused["proxy-status"]?.contains("error=connection_limit_reached") == true)
        #expect(refused["proxy-status"]?.contains("queue-full") == true)
        #expect((Int(refused["retry-after"] ?? "") ?? 0) >= 1)
        #expect(refused["x-request-id"] != nil)
        #expect(!stage.upstream.hasCaller)
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
        #expect(try server.hear().startLine.contains("/waiting"))
        try server.say(Self.ok)
        #expect(try waiting.hear().text == "ok")
    }

    /// Asks until the one place in the queue is taken by whoever came before.
    private static func refusal(from daemon: Daemon) throws -> Message {
        let client = try daemon.connect()
        try client.say(Self.get)
        return try client.hear()
    }

    @Test(arguments: KernelInterface.available)
    func `waiting in the queue ends with a 503`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver, app: "bulkhead = { concurrency = 1, queue = 5, queue_timeout = \"100ms\" }")
        let (server, _) = try stage.open()
        let answer = try stage.daemon.ask(Self.get)
        #expect(answer.status == 503)
        #expect(answer["proxy-status"]?.contains("queue-timeout") == true)
        #expect(answer["retry-after"] != nil)
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `a client that leaves the queue frees its place`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver,
            app: "bulkhead = { concurrency = 1, queue = 1, queue_timeout = \"10s\" }")
        let (server, _) = try stage.open()
        let leaving = try stage.daemon.connect()
        try leaving.say(Self.get)
        #expect(try Self.refusal(from: stage.daemon).status == 503)
        leaving.reset()
        // The place is free once the daemon has noticed; until then newcomers are refused.
        var staying = try stage.daemon.connect()
        let deadline = Clock.milliseconds + Patience.milliseconds
        try staying.say("GET /staying HTTP/1.1\r\nHost: a\r\n\r\n")
        while Clock.wait(staying.descriptor, for: Pump.readable, until: Clock.milliseconds + 50) {
            #expect(try staying.hear().status == 503)
            try #require(Clock.milliseconds < deadline, "the place in the queue was never freed")
            staying = try stage.daemon.connect()
            try staying.say("GET /staying HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        try server.say(Self.ok)
        #expect(try server.hear().startLine.contains("/staying"))
        try server.say(Self.ok)
        #expect(try staying.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `over two loops the upstream never sees more than its limit`(
        _ driver: KernelInterface
    ) throws {
        let service = try LoadService(delayMilliseconds: 2)
        let daemon = try Daemon(
            driver,
            """
            [upstream.app]
            endpoints = [\(service.endpoint)]
            bulkhead = { concurrency = 5, queue = 60, queue_timeout = "10s" }
            """, server: "loops = 2")
        let statuses = try LoadClient.run(daemon, connections: 40, requests: 1500)
        #expect(statuses == [200: 1500])
        #expect(service.most == 5)
    }

    @Test(arguments: KernelInterface.available)
    func `a breaker opens, fails fast, probes and closes`(_ driver: KernelInterface) throws {
        let stage = try Stage(
            driver,
            app: """
                retry = { mode = "off" }
                outlier = { mode = "off" }
                [upstream.app.breaker]
                consecutive_failures = 3
                open_for = "200ms"
                probes = 1
                ramp = "0s"
                """)
        let (server, _) = try stage.open()
        for number in 0..<3 {
            if number > 0 {
                try stage.client.say(Self.get)
                _ = try server.hear()
            }
            try server.say("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
            #expect(try stage.client.hear().status == 500)
        }
        try stage.client.say(Self.get)
        let refused = try stage.client.hear()
        #expect(refused.status == 503)
        #expect(refused["proxy-status"]?.contains("error=destination_unavailable") == true)
        #expect(refused["retry-after"] != nil)
        let probe = try Self.probe(stage, server)
        #expect(probe.text == "ok")
        try stage.again(server)
    }

    /// Asks until the breaker lets a probe through.
    private static func probe(_ stage: Stage, _ server: Wire) throws -> Message {
        let deadline = Clock.milliseconds + Patience.milliseconds
        while Clock.milliseconds < deadline {
            try stage.client.say(get)
            _ = Clock.wait(
                stage.client.descriptor, for: Pump.readable, until: Clock.milliseconds + 20)
            if server.isSpokenTo {
                _ = try server.hear()
                try server.say(ok)
                return try stage.client.hear()
            }
            guard try stage.client.hear().status == 503 else { break }
        }
        throw Disappointment("the breaker let no probe through")
    }

    @Test(arguments: KernelInterface.available)
    func `a refused connection is tried at the next endpoint`(_ driver: KernelInterface) throws {
        let upstream = Upstream()
        let closed = ClosedPort()
        let daemon = try Daemon(
            driver,
            """
            [upstream.app]
            endpoints = [\(closed.endpoint), \(upstream.endpoint)]
            balance = "round-robin"
            retry = { attempts = 2 }
            """)
        let client = try daemon.connect()
        for number in 0..<3 {
            try client.say("POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        }
        let server = try upstream.accept()
        for _ in 0..<3 {
            #expect(try server.hear().text == "x")
            try server.say(Self.ok)
            #expect(try client.hear().text == "ok")
        }
    }

    @Test(arguments: KernelInterface.available)
    func `a connection refused everywhere is a 502`(_ driver: KernelInterface) throws {
        let closed = ClosedPort()
        let daemon = try Daemon(driver, "[upstream.app]\nendpoints = [\(closed.endpoint)]")
        let answer = try daemon.ask(Self.get)
        #expect(answer.status == 502)
        #expect(answer["proxy-status"]?.contains("error=connection_refused") == true)
    }

    @Test(arguments: KernelInterface.available)
    func `a listed status is tried again, and the attempt numbered`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(
            driver, app: "retry = { attempts = 2, on = [\"503\"] }\noutlier = { mode = \"off\" }")
        let (server, first) = try stage.open()
        #expect(first.fields.allSatisfy { !$0.name.lowercased().contains("attempt") })
        try server.say("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n")
        let again = try server.hear()
        let attempt = again.fields.first { $0.name.lowercased().contains("attempt") }
        #expect(attempt?.value == "2")
        try server.say(Self.ok)
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `an endpoint that fails in a row is left alone`(_ driver: KernelInterface) throws {
        let bad = Upstream()
        let good = Upstream()
        let daemon = try Daemon(
            driver,
            """
            [upstream.app]
            endpoints = [\(bad.endpoint), \(good.endpoint)]
            balance = "round-robin"
            retry = { mode = "off" }
            outlier = { consecutive_failures = 2, ejection = "1m" }
            """)
        let client = try daemon.connect()
        let servers = try Self.first(client, bad, good)
        var failures = 1
        for _ in 0..<9 {
            try client.say(Self.get)
            try Self.waitForEither(servers.bad, servers.good)
            if servers.bad.isSpokenTo {
                _ = try servers.bad.hear()
                try servers.bad.say("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
            } else {
                _ = try servers.good.hear()
                try servers.good.say(Self.ok)
            }
            failures += try client.hear().status == 500 ? 1 : 0
        }
        #expect(failures == 2)
    }

    private static func waitForEither(_ one: Wire, _ other: Wire) throws {
        let deadline = Clock.milliseconds + Patience.milliseconds
        while !one.isSpokenTo && !other.isSpokenTo {
            guard Clock.milliseconds < deadline else { throw Disappointment("nobody was asked") }
            _ = Clock.wait(one.descriptor, for: Pump.readable, until: Clock.milliseconds + 5)
        }
    }

    /// One request to each; the first endpoint fails it.
    private static func first(
        _ client: Wire, _ bad: Upstream, _ good: Upstream
    ) throws -> (bad: Wire, good: Wire) {
        var servers: (bad: Wire?, good: Wire?) = (nil, nil)
        let deadline = Clock.milliseconds + Patience.milliseconds
        while servers.bad == nil || servers.good == nil {
            try client.say(get)
            while !bad.hasCaller && !good.hasCaller {
                guard Clock.milliseconds < deadline else {
                    throw Disappointment("nobody was asked")
                }
            }
            if bad.hasCaller {
                servers.bad = try bad.hear().wire
                try servers.bad?.say("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
            } else {
                servers.good = try good.hear().wire
                try servers.good?.say(ok)
            }
            _ = try client.hear()
        }
        return (servers.bad!, servers.good!)
    }
}
