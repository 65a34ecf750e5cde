import Testing

/// When something runs out, and what is left of it afterwards.
@Suite struct EnduranceTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: KernelInterface.available)
    func `without free descriptors it keeps serving, and recovers`(
        _ driver: KernelInterface
    ) throws {
        let daemon = try Daemon(driver, Daemon.answering, descriptors: 64)
        let before = daemon.openDescriptors
        var clients = try (0..<100).map { _ in try daemon.connect() }
        let first = clients[0]
        try first.say(Self.get)
        #expect(try first.hear().text == "here")
        // Those that it could accept are answered while the others wait in the kernel's queue.
        for client in clients {
            try client.say(Self.get)
            if client === first {
                #expect(try client.hear().text == "here")
            }
        }
        for client in clients.dropFirst() {
            let end = try? client.hear()
            #expect(end?.text == "here")
            client.close()
        }
        first.close()
        clients = []
        #expect(try daemon.ask(Self.get).text == "here")
        try Patience.until("descriptors are closed") { daemon.openDescriptors <= before }
    }

    @Test(arguments: KernelInterface.available)
    func `clients cannot take the descriptors that upstreams are reached with`(
        _ driver: KernelInterface
    ) throws {
        let service = try LoadService(delayMilliseconds: 1)
        let daemon = try Daemon(
            driver,
            """
            [upstream.app]
            endpoints = [\(service.endpoint)]
            bulkhead = { concurrency = 10, queue = 100, queue_timeout = "10s" }
            """, descriptors: 64)
        // More than there is room for: the others wait in the kernel's queue until some leave.
        for _ in 0..<2 {
            let clients = try (0..<100).map { _ in try daemon.connect() }
            for client in clients {
                try client.say(Self.get)
            }
            for client in clients {
                #expect(try client.hear().text == "ok")
                client.close()
            }
        }
    }

    @Test(arguments: KernelInterface.available)
    func `after every kind of abort descriptors and permits are as at the start`(
        _ driver: KernelInterface
    ) throws {
        let service = try LoadService(delayMilliseconds: 3)
        let daemon = try Daemon(
            driver,
            "[upstream.app]\nendpoints = [\(service.endpoint)]\nidle_connections = 0\n"
                + "bulkhead = { concurrency = 1, queue = 10 }\n", server: "loops = 2")
        #expect(try daemon.ask(Self.get).text == "ok")
        let before = daemon.openDescriptors
        for number in 0..<300 {
            let client = try daemon.connect()
            switch number % 6 {
            case 0: client.reset()
            case 1: try client.say("GET / HTTP/1.1\r\nHo")
            case 2:
                try client.say(Self.get)
                client.reset()
            case 3: try client.say(Self.get)
            case 4:
                try client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
                client.reset()
            default:
                try client.say(Self.get + Self.get)
                client.endSending()
            }
        }
        try Patience.until("descriptors are closed") { daemon.openDescriptors <= before }
        #expect(try LoadClient.run(daemon, connections: 8, requests: 40) == [200: 40])
    }
}
