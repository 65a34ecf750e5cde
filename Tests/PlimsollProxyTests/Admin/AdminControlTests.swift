import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

@Suite struct AdminControlTests {
    private let now = Instant(nanoseconds: 1_000_000_000)

    private func request(
        _ path: String = "/control/breaker", _ query: String = "upstream=app&hold=open",
        isMarked: Bool = true, hasOrigin: Bool = false, host: String = "127.0.0.1:9901"
    ) -> ControlRequest {
        ControlRequest(
            path: path, query: query, isMarked: isMarked, hasOrigin: hasOrigin, host: host)
    }

    private func control(_ listen: ListenAddress? = TestServer.loopback) throws -> AdminControl {
        AdminControl(server: try TestServer(admin: listen).state)
    }

    private func state(_ control: AdminControl) -> BreakerState {
        control.server.snapshot.plan.upstreams[0].shared.breakerSnapshot(at: now).state
    }

    @Test func `an upstream's breaker is held open and given back`() throws {
        let control = try control()
        #expect(control.perform(request(), at: now).status == 200)
        guard case .open = state(control) else {
            Issue.record("it is not open")
            return
        }
        let auto = request("/control/breaker", "upstream=app&hold=auto")
        #expect(control.perform(auto, at: now).status == 200)
        let closed = request("/control/breaker", "hold=closed&upstream=app")
        #expect(control.perform(closed, at: now).status == 200)
        #expect(state(control) == .closed)
    }

    @Test func `an only endpoint's breaker obeys as well`() throws {
        let control = try control()
        let endpoint = control.server.snapshot.plan.upstreams[0].endpoints[0].shared
        #expect(endpoint.isFit(at: now))
        let open = request(
            "/control/breaker", "upstream=app&hold=open&endpoint=127.0.0.1%3A1")
        #expect(control.perform(open, at: now).status == 200)
        #expect(!endpoint.isFit(at: now))
        let auto = request("/control/breaker", "upstream=app&hold=auto&endpoint=127.0.0.1:1")
        #expect(control.perform(auto, at: now).status == 200)
        #expect(endpoint.isFit(at: now))
    }

    @Test func `what is not there is named`() throws {
        let control = try control()
        let other = control.perform(request("/control/breaker", "upstream=b&hold=open"), at: now)
        #expect(other.status == 404 && other.body.contains("there is app"))
        let endpoint = request("/control/breaker", "upstream=app&hold=open&endpoint=b")
        #expect(control.perform(endpoint, at: now).status == 404)
        #expect(control.perform(request("/control/nothing"), at: now).status == 404)
        #expect(control.perform(request("/control/breaker", "upstream=app"), at: now).status == 400)
        #expect(control.perform(request("/control/breaker", "hold=open"), at: now).status == 400)
    }

    @Test func `reload and drain are passed on`() throws {
        let control = try control()
        #expect(control.perform(request("/control/reload", ""), at: now).status == 202)
        #expect(control.perform(request("/control/drain", ""), at: now).status == 202)
        var commands: [ServerCommand] = []
        control.server.commands.drain(into: &commands)
        #expect(commands.count == 2)
    }

    @Test func `a page in a browser gets nowhere`() throws {
        let control = try control()
        for bad in [
            request(isMarked: false), request(hasOrigin: true),
            request(host: "rebound.example:9901"),
        ] {
            #expect(control.perform(bad, at: now).status == 403)
        }
        for host in ["localhost:9901", "localhost", "[::1]:9901", "127.0.0.1"] {
            #expect(control.perform(request(host: host), at: now).status == 200)
        }
        let before = try self.control()
        _ = before.perform(request(isMarked: false), at: now)
        #expect(state(before) == .closed)
    }

    @Test func `a server that others reach changes nothing`() throws {
        let open = try control(.socket(SocketAddress(v4: 0, port: 9901)))
        #expect(open.perform(request(), at: now).status == 403)
        #expect(try control(.unix(path: "/run/a")).perform(request(), at: now).status == 200)
    }

    @Test func `over the wire only POST does it`() throws {
        let server = try TestServer(admin: TestServer.loopback)
        let loop = ControlLoop()
        try loop.open(server.state.snapshot.configuration)
        try loop.start(server.state)
        defer { loop.stop() }
        let client = try TestClient(to: try #require(loop.adminAddress))
        let target = "/control/breaker?upstream=app&hold=open"
        client.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Plimsoll-Control: 1\r\n\r\n")
        #expect(client.readAnswer().head.hasPrefix("HTTP/1.1 404 "))
        client.send("POST \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        #expect(client.readAnswer().head.hasPrefix("HTTP/1.1 403 "))
        client.send(
            "POST \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Plimsoll-Control: 1\r\n\r\n")
        let answer = client.readAnswer()
        #expect(answer.head.hasPrefix("HTTP/1.1 200 ") && answer.body == "app: open\n")
    }
}
