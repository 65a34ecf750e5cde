import Glibc
import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Synchronization
import Testing

@testable import PlimsollProxy

/// Health checks on a real loop against an endpoint that does as it is told.
@Suite(.timeLimit(.minutes(1))) struct HealthCheckerTests {
    /// Answers every connection with the same bytes; empty: not at all, until the peer goes.
    private final class ScriptedEndpoint: Sendable {
        let answer: Mutex<String>
        let address: SocketAddress
        let requests = Mutex<[String]>([])
        private let listener: Int32
        private let isEnding = Atomic<Bool>(false)
        private let thread: Mutex<LoopThread?> = Mutex(nil)

        init(answer: String) throws {
            self.answer = Mutex(answer)
            let socket = try ListeningSocket(
                at: SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0)),
                ListeningSocket.Options(backlog: 16))
            address = try #require(SocketAddress(try socket.localAddress()))
            listener = socket.release()
            let started = try LoopThread(name: "endpoint") { self.serve() }
            thread.withLock { $0 = started }
        }

        func end() {
            isEnding.store(true, ordering: .relaxed)
            thread.withLock { $0 }?.join()
            close(listener)
        }

        private func serve() {
            while !isEnding.load(ordering: .relaxed) {
                let soon = MonotonicClock.now.advanced(byNanoseconds: 20_000_000)
                try? DescriptorWait.untilReadable([listener], deadline: soon)
                let client = accept(listener, nil, nil)
                guard client >= 0 else { continue }
                serve(client)
                close(client)
            }
        }

        private func serve(_ client: Int32) {
            var limit = timeval(tv_sec: 2, tv_usec: 0)
            setsockopt(
                client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = recv(client, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            requests.withLock { $0.append(String(decoding: bytes[..<count], as: UTF8.self)) }
            var text = answer.withLock { $0 }
            if text.isEmpty {
                _ = recv(client, &bytes, bytes.count, 0)
            } else {
                text.withUTF8 {
                    _ = send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    private static let well = "HTTP/1.1 204 No Content\r\n\r\n"
    private static let unwell =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"

    private func settings(path: String?) throws -> HealthSettings {
        try HealthSettings(
            path: path, interval: .milliseconds(10), timeout: .milliseconds(200), rise: 2, fall: 3)
    }

    /// Gives way to the loop until the condition holds, at most ten seconds.
    private func wait(_ what: String, until condition: () -> Bool) {
        let deadline = MonotonicClock.now.advanced(byNanoseconds: 10_000_000_000)
        while !condition() {
            guard MonotonicClock.now < deadline else {
                Issue.record("waited in vain: \(what)")
                return
            }
            sched_yield()
        }
    }

    private func withLoop(
        _ endpoint: SocketAddress, path: String?,
        _ body: (ServerState, SharedEndpoint, ControlLoop) throws -> Void
    ) throws {
        let server = try TestServer(
            upstreams: [("app", [endpoint.description])], health: try settings(path: path),
            admin: TestServer.loopback)
        let loop = ControlLoop()
        try loop.open(server.state.snapshot.configuration)
        try loop.start(server.state)
        defer { loop.stop() }
        try body(
            server.state, server.state.snapshot.plan.upstreams[0].endpoints[0].shared, loop)
    }

    @Test func `an endpoint that answers badly is unwell until it answers well again`() throws {
        let endpoint = try ScriptedEndpoint(answer: Self.unwell)
        defer { endpoint.end() }
        try withLoop(endpoint.address, path: "/health?x=1") { _, shared, loop in
            wait("for the bad verdict") { !shared.isHealthy }
            let request = endpoint.requests.withLock { $0[0] }
            #expect(request.hasPrefix("GET /health?x=1 HTTP/1.1\r\nHost: \(endpoint.address)\r\n"))
            #expect(endpoint.requests.withLock { $0.count } >= 3)
            endpoint.answer.withLock { $0 = Self.well }
            wait("for the good verdict") { shared.isHealthy }
            let client = try TestClient(to: try #require(loop.adminAddress))
            client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            let labels = "{upstream=\"app\",endpoint=\"\(endpoint.address)\"}"
            let text = client.readAnswer().body
            #expect(text.contains("plimsoll_health_transitions_total\(labels) 2\n"))
            #expect(text.contains("plimsoll_endpoint_healthy\(labels) 1\n"))
        }
    }

    @Test func `an endpoint that does not answer in time is unwell`() throws {
        let endpoint = try ScriptedEndpoint(answer: "")
        defer { endpoint.end() }
        try withLoop(endpoint.address, path: "/") { _, shared, _ in
            wait("for the bad verdict") { !shared.isHealthy }
        }
    }

    @Test func `without a path a connection is answer enough`() throws {
        let socket = try ListeningSocket(
            at: SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0)),
            ListeningSocket.Options(backlog: 512))
        let address = try #require(SocketAddress(try socket.localAddress()))
        try withLoop(address, path: nil) { _, shared, loop in
            let passed = "result=\"passed\"}"
            let client = try TestClient(to: try #require(loop.adminAddress))
            wait("for a check that passed") {
                client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                let lines = client.readAnswer().body.split(separator: "\n")
                return lines.contains { $0.contains(passed) && !$0.hasSuffix(" 0") }
            }
            #expect(shared.isHealthy)
        }
    }

    @Test func `an endpoint that nobody listens at is unwell`() throws {
        let port: SocketAddress
        do {
            let socket = try ListeningSocket(
                at: SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0)),
                ListeningSocket.Options(backlog: 1))
            port = try #require(SocketAddress(try socket.localAddress()))
        }
        try withLoop(port, path: nil) { _, shared, _ in
            wait("for the bad verdict") { !shared.isHealthy }
        }
    }

    @Test func `an endpoint that is no longer checked counts as well`() throws {
        let endpoint = try ScriptedEndpoint(answer: Self.unwell)
        defer { endpoint.end() }
        try withLoop(endpoint.address, path: "/") { state, shared, loop in
            wait("for the bad verdict") { !shared.isHealthy }
            state.update { $0.configuration.upstreams[0].health = nil }
            loop.adopt(state)
            wait("for the good verdict") { shared.isHealthy }
        }
    }
}
