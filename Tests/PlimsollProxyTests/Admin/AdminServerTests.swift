import PlimsollConfig
import PlimsollIO
import Testing

@testable import PlimsollProxy

/// The admin server on a real loop.
@Suite(.timeLimit(.minutes(1))) struct AdminServerTests {
    private func withServer(
        _ body: (ServerState, SystemAddress) throws -> Void
    ) throws {
        let server = try TestServer(admin: TestServer.loopback)
        let loop = ControlLoop()
        try loop.open(server.state.snapshot.configuration)
        try loop.start(server.state)
        defer { loop.stop() }
        try body(server.state, try #require(loop.adminAddress))
    }

    @Test func `healthz answers as long as the process lives`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.readAnswer()
            #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.body == "ok\n")
        }
    }

    @Test func `readyz follows the phase`() throws {
        try withServer { state, address in
            let client = try TestClient(to: address)
            for (phase, status) in [
                (ServerState.Phase.starting, "503"), (.serving, "200"), (.draining, "503"),
            ] {
                state.update { $0.phase = phase }
                client.send("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = client.readAnswer()
                #expect(answer.head.hasPrefix("HTTP/1.1 \(status) "))
            }
        }
    }

    @Test func `a connection serves requests in a row, also when they come at once`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(request + request + "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readAnswer().body == "ok\n")
            #expect(client.readAnswer().body == "ok\n")
            #expect(client.readAnswer().head.hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func `a request may come in pieces`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("GET /hea")
            let other = try TestClient(to: address)
            other.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(other.readAnswer().body == "ok\n")
            client.send("lthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.readAnswer().body == "ok\n")
        }
    }

    @Test func `HEAD gets the length and no body`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = client.readAll()
            #expect(answer.contains("Content-Length: 3\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `other methods are refused, and a body ends the connection`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            let answer = client.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 405 "))
            #expect(answer.contains("Allow: GET, HEAD\r\n"))
            #expect(answer.contains("Connection: close\r\n"))
        }
    }

    @Test func `what is not HTTP is refused and the connection ends`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("hello\r\n\r\n")
            #expect(client.readAll().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func `metrics are text of the format that was asked for`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            let plain = client.readAnswer()
            #expect(plain.head.contains("Content-Type: text/plain; version=0.0.4"))
            #expect(plain.body.contains("plimsoll_upstream_in_flight{upstream=\"app\"} 0\n"))
            client.send(
                "GET /metrics HTTP/1.1\r\nHost: a\r\n"
                    + "Accept: application/openmetrics-text; version=1.0.0,*/*\r\n\r\n")
            let open = client.readAnswer()
            #expect(open.head.contains("Content-Type: application/openmetrics-text"))
            #expect(open.body.hasSuffix("# EOF\n"))
        }
    }

    @Test func `status tells the driver, the configuration and the upstreams`() throws {
        try withServer { _, address in
            let client = try TestClient(to: address)
            client.send("GET /status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = client.readAll()
            #expect(answer.contains("\"driver\":{\"name\":\"epoll\""))
            #expect(answer.contains("\"generation\":1"))
            #expect(answer.contains("\"upstreams\":[{\"name\":\"app\",\"in_flight\":0"))
            #expect(answer.contains("\"breaker\":{\"state\":\"closed\""))
            #expect(answer.contains("Content-Type: application/json\r\n"))
        }
    }

    @Test func `who comes beyond the maximum takes the place of who was idle longest`() throws {
        try withServer { _, address in
            var clients: [Client] = []
            for _ in 0..<AdminServer.connectionsMaximum {
                clients.append(Client(try TestClient(to: address)))
            }
            // Each has been accepted once it has had an answer.
            for client in clients {
                client.connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.connection.readAnswer().body == "ok\n")
            }
            // The second is now the one that has waited the longest.
            clients[0].connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(clients[0].connection.readAnswer().body == "ok\n")
            let late = try TestClient(to: address)
            late.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(late.readAnswer().body == "ok\n")
            #expect(clients[1].connection.readAll() == "")
            for position in [0, 2, clients.count - 1] {
                clients[position].connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(clients[position].connection.readAnswer().body == "ok\n")
            }
        }
    }

    /// For a list of connections, which are not copyable.
    private final class Client {
        let connection: TestClient

        init(_ connection: consuming TestClient) {
            self.connection = connection
        }
    }
}
