import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

@testable import PlimsollProxy

/// Routes for tests, in short.
enum TestRoutes {
    static func route(_ prefix: String, host: HostPattern? = nil) -> RouteSettings {
        var settings = RouteSettings(path: .prefix(prefix), action: .upstream("app"))
        if let host { settings.hosts = [host] }
        return settings
    }

    static func route(exact path: String) -> RouteSettings {
        RouteSettings(path: .exact(path), action: .upstream("app"))
    }

    static func table(_ settings: [RouteSettings]) -> RouteTable {
        RouteTable(
            settings, rateLimiters: settings.map { _ in nil },
            upstreamIndex: { _ in UpstreamIndex(rawValue: 0) })
    }
}

extension RouteTable {
    /// What the table says to a request, and the path to forward: empty if as received.
    private func look(
        path: String, host: String, method: String, fields: [(String, String)],
        ambiguousPaths: AmbiguousPaths, isSecure: Bool = false
    ) -> (RouteMatch, String) {
        let line = "\(method) \(path) HTTP/1.1\r\n"
        var text = line + "Host: \(host)\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        let bytes = Array((text + "\r\n").utf8)
        var parser = HeadParser(fieldCountMaximum: 16)
        var scanned = 0
        let limits = HeadLimits()
        var head = RequestHead()
        let start = method.utf8.count + 1
        if case .complete(let parsed) = parser.parseRequest(
            bytes.span, scanned: &scanned, limits: limits)
        {
            head = parsed
        } else {
            // What no parser lets through must not get past the table either.
            head.method = Method(Array(method.utf8).span)
            head.methodRange = ByteRange(from: 0, to: start - 1)
            head.path = ByteRange(from: start, to: start + path.utf8.count)
            head.target = head.path
            let authority = line.utf8.count + 6
            head.authority = ByteRange(from: authority, to: authority + host.utf8.count)
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { memory.deallocate() }
        var scratch = ByteWriter(memory)
        let match = match(
            head, fields: parser.fields, bytes: bytes.span, isSecure: isSecure,
            ambiguousPaths: ambiguousPaths, scratch: &scratch)
        guard case .route(_, let range) = match else { return (match, "") }
        return (match, String(decoding: memory[range.indices], as: UTF8.self))
    }

    func match(
        path: String, host: String = "h.test", method: String = "GET",
        fields: [(String, String)] = [], ambiguousPaths: AmbiguousPaths = .refuse,
        isSecure: Bool = false
    ) -> RouteMatch {
        look(
            path: path, host: host, method: method, fields: fields,
            ambiguousPaths: ambiguousPaths, isSecure: isSecure
        ).0
    }

    /// The place of the route that takes a request, if one does.
    func route(
        path: String, host: String = "h.test", method: String = "GET",
        fields: [(String, String)] = [], ambiguousPaths: AmbiguousPaths = .refuse
    ) -> Int? {
        let found = match(
            path: path, host: host, method: method, fields: fields, ambiguousPaths: ambiguousPaths)
        if case .route(let index, _) = found { return Int(index.rawValue) }
        return nil
    }

    /// The path to forward, empty if it is the one received; nil: no route takes it.
    func forwarded(
        path: String, host: String = "h.test", method: String = "GET",
        ambiguousPaths: AmbiguousPaths = .refuse
    ) -> String? {
        let (found, path) = look(
            path: path, host: host, method: method, fields: [], ambiguousPaths: ambiguousPaths)
        if case .route = found { return path }
        return nil
    }
}
