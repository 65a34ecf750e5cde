import Glibc

/// The usual play: one client, the daemon, one upstream `app` that the test speaks for.
final class Stage {
    let upstream = Upstream()
    let daemon: Daemon
    let client: Wire

    /// - Parameters:
    ///   - app: further lines of `[upstream.app]`, and its tables.
    ///   - rest: further tables, listeners and routes.
    init(
        _ driver: KernelInterface, app: String = "", rest: String = "", server: String = "",
        receiveBytes: Int32? = nil
    ) throws {
        daemon = try Daemon(
            driver, Self.configuration(upstream, app: app, rest: rest), server: server)
        client = try daemon.connect(receiveBytes: receiveBytes)
    }

    static func configuration(_ upstream: Upstream, app: String, rest: String) -> String {
        "\(rest)\n[upstream.app]\nendpoints = [\(upstream.endpoint)]\n\(app)\n"
    }

    /// The client asks, and the upstream hears it on a connection that is new to it.
    func open(_ path: String = "/") throws -> (wire: Wire, request: Message) {
        try client.say("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        return try upstream.hear()
    }

    /// The client asks again, the upstream answers on the connection that it knows.
    @discardableResult
    func again(_ server: Wire) throws -> Message {
        try client.say("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
        let request = try server.hear()
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let answer = try client.hear()
        guard answer.text == "ok" else { throw Disappointment("answered \(answer.startLine)") }
        return request
    }
}

/// Carries more than the sockets hold from one end to the other.
enum Pump {
    static var writable: Int32 { POLLOUT }
    static var readable: Int32 { POLLIN }

    /// Says `bytes` on one wire while hearing as many on the other.
    static func carry(_ bytes: [UInt8], from near: Wire, to far: Wire) throws -> [UInt8] {
        let deadline = Clock.milliseconds + 2 * Patience.milliseconds
        var heard: [UInt8] = []
        var sent = 0
        while heard.count < bytes.count {
            if sent < bytes.count {
                sent += max(0, near.push(bytes[sent..<min(sent + (1 << 18), bytes.count)]))
            }
            if far.isSpokenTo {
                heard += try far.hearSome()
            } else if sent == bytes.count {
                guard Clock.wait(far.descriptor, for: POLLIN, until: deadline) else { break }
            }
            guard Clock.milliseconds < deadline else {
                throw Disappointment("carried \(heard.count) of \(bytes.count) bytes")
            }
        }
        return heard
    }
}

/// Bytes in which a piece that is lost, doubled or swapped shows.
enum Pattern {
    static func bytes(count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { bytes, used in
            var state: UInt32 = 1
            for position in 0..<count {
                state = state &* 1_664_525 &+ 1_013_904_223
                bytes[position] = UInt8(truncatingIfNeeded: state >> 24)
            }
            used = count
        }
    }
}
