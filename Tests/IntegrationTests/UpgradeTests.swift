import Testing

/// WebSocket tunnels.
@Suite struct UpgradeTests {
    private static let request = """
        GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n
        """
    private static let accepted =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

    @Test(arguments: KernelInterface.available)
    func `both sides of a tunnel speak freely until one ends`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say(Self.request)
        let (server, request) = try stage.upstream.hear()
        #expect(request["upgrade"] == "websocket")
        #expect(request["connection"]?.lowercased() == "upgrade")
        try server.say(Self.accepted + "first")
        let answer = try stage.client.hear()
        #expect(answer.status == 101)
        #expect(answer["upgrade"] == "websocket")
        #expect(try stage.client.hear(count: 5).text == "first")
        try stage.client.say("GET / HTTP/1.1 is no request here")
        #expect(try server.hear(count: 33).text == "GET / HTTP/1.1 is no request here")
        let bytes = Pattern.bytes(count: 1 << 20)
        #expect(try Pump.carry(bytes, from: stage.client, to: server).elementsEqual(bytes))
        #expect(try Pump.carry(bytes, from: server, to: stage.client).elementsEqual(bytes))
        try server.say("bye")
        server.close()
        #expect(try stage.client.hearEnd().text == "bye")
    }

    @Test(arguments: KernelInterface.available)
    func `what a client says before the 101 waits for it`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say(Self.request + "early")
        let (server, _) = try stage.upstream.hear()
        #expect(!server.isSpokenTo)
        try server.say(Self.accepted)
        #expect(try server.hear(count: 5).text == "early")
        stage.client.close()
        _ = server.hearEndOrReset()
    }

    @Test(arguments: KernelInterface.available)
    func `after a refused upgrade requests are requests again`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say(Self.request)
        let (server, _) = try stage.upstream.hear()
        try server.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        #expect(try stage.client.hear().text == "no")
        try stage.again(server)
    }

    @Test(arguments: KernelInterface.available)
    func `a 101 that nobody asked for is a 502`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say(Self.accepted)
        #expect(try stage.client.hear().status == 502)
        _ = server.hearEndOrReset()
    }

    @Test(arguments: KernelInterface.available)
    func `a 101 behind hints that the client has not read is kept for it`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        try stage.client.say(Self.request)
        let (server, _) = try stage.upstream.hear()
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        try server.say(hints + hints + hints + Self.accepted + "hi")
        for _ in 0..<3 {
            #expect(try stage.client.hear().status == 103)
        }
        #expect(try stage.client.hear().status == 101)
        #expect(try stage.client.hear(count: 2).text == "hi")
    }

    @Test(arguments: KernelInterface.available)
    func `a silent tunnel ends by the listener's time for tunnels`(
        _ driver: KernelInterface
    ) throws {
        let listener = """
            [[listener]]
            name = "main"
            address = "127.0.0.1:0"
            timeouts = { tunnel_idle = "200ms" }
            """
        let stage = try Stage(driver, rest: listener)
        try stage.client.say(Self.request)
        let (server, _) = try stage.upstream.hear()
        try server.say(Self.accepted)
        _ = try stage.client.hear()
        _ = stage.client.hearEndOrReset()
        _ = server.hearEndOrReset()
    }
}
