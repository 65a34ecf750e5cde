import PlimsollCore
import PlimsollSimulation
import Testing

/// Peers that stop half-way, heap up what is legal, or leave others waiting: the worker neither
/// traps nor waits for ever, and blames who is to blame.
@Suite struct HostilePeersTests {
    /// Bytes of a body that outgrows every socket buffer on the way.
    private static let longBody = 4 << 20

    @Test func `interim answers heaped up before a 101 do not trap`() throws {
        let scene = try RawScene()
        scene.whenAsked = { upstream in
            let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            upstream.write(
                hint + hint + hint
                    + "HTTP/1.1 101 Switching Protocols\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello")
        }
        let client = scene.connect(
            sending:
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(scene.run(.seconds(10)) { client.text.hasSuffix("\r\n\r\nhello") })
        #expect(client.statuses == [103, 103, 103, 101])
    }

    @Test func `a tunnel outlives the route's time and ends with its own`() throws {
        let scene = try RawScene(
            route: "timeout = \"1s\"", listener: "[listener.timeouts]\ntunnel_idle = \"90s\"")
        scene.whenAsked = {
            $0.write(
                "HTTP/1.1 101 Switching Protocols\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        }
        let client = scene.connect(
            sending:
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(!scene.run(.seconds(80)) { client.hasEnded })
        #expect(scene.run(.seconds(20)) { client.hasEnded })
    }

    @Test func `a client that stops reading between an upstream's pieces is let go`() throws {
        let scene = try RawScene()
        scene.whenAsked = { upstream in
            upstream.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.longBody)\r\n\r\n")
            upstream.drip(pieces: 400, of: 1000, everyNanoseconds: 10_000_000)
        }
        let client = scene.connect(sending: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.stopReading()
        // A short grace and the time it takes to fill the buffers between.
        #expect(scene.run(.seconds(50)) { scene.isAtRest })
    }

    @Test func `a client that reads nothing of a whole answer is let go`() throws {
        let scene = try RawScene()
        scene.whenAsked = { upstream in
            upstream.write("HTTP/1.1 200 OK\r\nContent-Length: 150000\r\n\r\n")
            upstream.drip(pieces: 150, of: 1000, everyNanoseconds: 1_000_000)
        }
        let client = scene.connect(sending: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.stopReading()
        #expect(scene.run(.seconds(50)) { scene.isAtRest })
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 103 Early Hints\r\n\r\n", "H",
    ])
    func `an upstream that stops before its head is whole is given up`(beginning: String) throws {
        let scene = try RawScene(upstream: "[upstream.back.timeouts]\nresponse = \"5s\"")
        scene.whenAsked = { $0.write(beginning) }
        let client = scene.connect(sending: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(scene.run(.seconds(7)) { client.statuses.last == 504 })
    }

    @Test func `an upstream that does not read a body is given up`() throws {
        let scene = try RawScene(upstream: "[upstream.back.timeouts]\nresponse = \"5s\"")
        scene.upstreamsRead = false
        let client = scene.connect(
            sending: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Self.longBody)\r\n\r\n")
        client.write(String(repeating: "x", count: Self.longBody))
        #expect(scene.run(.seconds(10)) { client.statuses == [504] })
    }

    @Test func `a slow upload that outlasts the route's time is the client's fault`() throws {
        let scene = try RawScene(route: "timeout = \"3s\"")
        let client = scene.connect(
            sending: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        client.drip(pieces: 60, of: 1000, everyNanoseconds: 100_000_000)
        #expect(scene.run(.seconds(5)) { client.statuses == [408] })
    }

    @Test func `a body that waits for 100 is not the client's delay`() throws {
        let scene = try RawScene(
            listener: "[listener.timeouts]\nbody_idle = \"1s\"")
        scene.whenAsked = { upstream in
            upstream.after(nanoseconds: 8_000_000_000) {
                upstream.write("HTTP/1.1 204 No Content\r\n\r\n")
            }
        }
        let client = scene.connect(
            sending: "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                + "Content-Length: 10\r\n\r\n")
        #expect(scene.run(.seconds(10)) { client.statuses == [204] })
    }

    @Test func `a kept-alive connection that answers in part and dies is not tried again`() throws {
        let scene = try RawScene(
            upstream: "[upstream.back.retry]\nmode = \"off\"")
        scene.whenAsked = { upstream in
            if scene.requestCount == 1 {
                upstream.write("HTTP/1.1 204 No Content\r\n\r\n")
            } else {
                upstream.write("HTTP/1.1 200 OK\r\nCont")
                upstream.after(nanoseconds: 1_000_000) { upstream.close() }
            }
        }
        let client = scene.connect(
            sending: "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(scene.run(.seconds(10)) { client.statuses == [204, 502] })
        #expect(scene.requestCount == 2)
    }

    @Test func `the largest answer of a route's own does not trap`() throws {
        let value = String(repeating: "v", count: 4080)
        let scene = try RawScene(
            other: """
                [[route]]
                path = "/own"
                respond = { body = "\(String(repeating: "b", count: 64 << 10))" }
                response_headers = { set = { A = "\(value)" }, add = { B = "\(value)" } }
                """)
        let client = scene.connect(sending: "GET /own HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(scene.run(.seconds(5)) { client.received.count > 72 << 10 })
        #expect(client.statuses == [200])
    }

    @Test func `what follows a body does not count as body`() throws {
        let scene = try RawScene(listener: "[listener.limits]\nbody_bytes = \"10B\"")
        scene.whenAsked = { upstream in
            upstream.after(nanoseconds: 20_000_000) {
                upstream.write("HTTP/1.1 204 No Content\r\n\r\n")
            }
        }
        let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let client = scene.connect(sending: chunked)
        client.after(nanoseconds: 5_000_000) {
            client.write("a\r\n0123456789\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect(scene.run(.seconds(2)) { client.statuses == [204, 204] })
        let other = scene.connect(sending: chunked + "b\r\n0123456789a\r\n0\r\n\r\n")
        #expect(scene.run(.seconds(2)) { other.statuses == [413] })
    }
}
