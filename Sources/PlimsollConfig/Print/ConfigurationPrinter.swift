import PlimsollCore
import PlimsollPolicy

extension Configuration {
    /// The configuration with every default written out, as TOML that loads to the same
    /// configuration: what `plimsoll check --print` shows.
    public var printed: String {
        var writer = TomlWriter()
        print(server, to: &writer)
        writer.header("[admin]")
        writer.write("listen", string: admin.listen?.description ?? "off")
        for listener in listeners { print(listener, to: &writer) }
        for route in routes { print(route, to: &writer) }
        for upstream in upstreams { upstream.print(to: &writer) }
        writer.header("[log]")
        writer.write("level", string: "\(log.level)")
        switch log.access {
        case .off: writer.write("access", string: "off")
        case .standardOutput: writer.write("access", string: "stdout")
        case .file(let path): writer.write("access", string: path)
        }
        writer.header("[drain]")
        writer.write("timeout", duration: drain.timeout)
        return writer.text
    }

    private func print(_ server: ServerSettings, to writer: inout TomlWriter) {
        writer.header("[server]")
        switch server.loops {
        case .automatic: writer.write("loops", string: "auto")
        case .exactly(let count): writer.write("loops", "\(count)")
        }
        switch server.driver {
        case .automatic: writer.write("driver", string: "auto")
        case .uring: writer.write("driver", string: "io_uring")
        case .epoll: writer.write("driver", string: "epoll")
        }
        if let user = server.user { writer.write("user", string: user) }
        writer.write("pin", "\(server.isPinned)")
        writer.write("trusted_proxies", strings: server.trustedProxies.map(\.description))
        writer.write("buffer_memory", size: Int64(server.bufferMemory))
        switch server.memoryLimit {
        case .automatic: writer.write("memory_limit", string: "auto")
        case .exactly(let bytes): writer.write("memory_limit", size: Int64(bytes))
        case .unlimited: writer.write("memory_limit", string: "unlimited")
        }
        writer.write("explain.records", "\(server.explain.records)")
        writer.write("explain.wait", duration: server.explain.wait)
        let protection = server.protection
        writer.header("[server.protection]")
        writer.write("mode", string: protection.isEnforced ? "enforce" : "off")
        writer.write("lag", duration: protection.lag)
        writer.write("memory", RatioText.write(protection.memory))
        writer.write("connections", RatioText.write(protection.connections))
    }

    private func print(_ listener: ListenerSettings, to writer: inout TomlWriter) {
        writer.header("[[listener]]")
        writer.write("name", string: listener.name)
        writer.write("address", string: listener.address.description)
        writer.write("backlog", "\(listener.backlog)")
        writer.write("ambiguous_paths", string: listener.ambiguousPaths.word)
        writer.write("forwarded", "\(listener.sendsForwarded)")
        if listener.minimumBodyRate == 0 {
            writer.write("minimum_body_rate", string: "off")
        } else {
            writer.write("minimum_body_rate", size: listener.minimumBodyRate)
        }
        writer.write("limits.connections", "\(listener.connectionsMaximum)")
        writer.write("limits.head_bytes", size: Int64(listener.headBytesMaximum))
        writer.write("limits.fields", "\(listener.fieldsMaximum)")
        if let bytes = listener.bodyBytesMaximum {
            writer.write("limits.body_bytes", size: bytes)
        } else {
            writer.write("limits.body_bytes", string: "unlimited")
        }
        writer.write("timeouts.head", duration: listener.headTimeout)
        writer.write("timeouts.idle", duration: listener.idleTimeout)
        writer.write("timeouts.body_idle", duration: listener.bodyIdleTimeout)
        writer.write("timeouts.linger", duration: listener.lingerTimeout)
        writer.write("timeouts.tunnel_idle", duration: listener.tunnelIdleTimeout)
    }

    private func print(_ route: RouteSettings, to writer: inout TomlWriter) {
        writer.header("[[route]]")
        if !route.hosts.isEmpty { writer.write("host", strings: route.hosts.map(\.description)) }
        switch route.path {
        case .exact(let path): writer.write("path", string: path)
        case .prefix(let path): writer.write("path_prefix", string: path)
        }
        if !route.methods.isEmpty { writer.write("methods", strings: route.methods) }
        for match in route.headers {
            let key = "headers.\(TomlWriter.key(match.name))"
            switch match.condition {
            case .equals(let value): writer.write(key, string: value)
            case .present: writer.write(key, "true")
            case .absent: writer.write(key, "false")
            }
        }
        route.action.print(to: &writer)
        if let prefix = route.rewritePrefix { writer.write("rewrite_prefix", string: prefix) }
        if case .upstream = route.action {
            if let timeout = route.timeout {
                writer.write("timeout", duration: timeout)
            } else {
                writer.write("timeout", string: "off")
            }
            if let name = route.deadlineHeader { writer.write("deadline_header", string: name) }
            route.printPriority(to: &writer)
            writer.write("retry", "\(route.isRetryAllowed)")
            writer.write("upgrade", strings: route.upgrades.map { _ in "websocket" })
        }
        if let paths = route.ambiguousPaths {
            writer.write("ambiguous_paths", string: paths.word)
        }
        route.rateLimit?.print(to: &writer)
        route.breaker?.print(to: &writer, prefix: "breaker.")
        route.requestHeaders.print("request_headers", to: &writer)
        route.responseHeaders.print("response_headers", to: &writer)
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .socket(let address): address.description
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension HostPattern: CustomStringConvertible {
    public var description: String {
        switch self {
        case .exact(let host): host
        case .wildcard(let suffix): "*\(suffix)"
        }
    }
}

extension AmbiguousPaths {
    fileprivate var word: String { self == .keep ? "keep" : "refuse" }
}

extension RouteAction {
    fileprivate func print(to writer: inout TomlWriter) {
        switch self {
        case .upstream(let name): writer.write("upstream", string: name)
        case .respond(let answer):
            writer.write("respond.status", "\(answer.status)")
            writer.write("respond.body", string: answer.body)
            writer.write("respond.content_type", string: answer.contentType)
        case .redirect(let answer):
            writer.write("redirect.status", "\(answer.status)")
            if let scheme = answer.scheme { writer.write("redirect.scheme", string: scheme) }
            if let host = answer.host { writer.write("redirect.host", string: host) }
            if let path = answer.path { writer.write("redirect.path", string: path) }
        }
    }
}

extension HeaderChanges {
    fileprivate func print(_ name: String, to writer: inout TomlWriter) {
        for field in self.set {
            writer.write("\(name).set.\(TomlWriter.key(field.name))", string: field.value)
        }
        for field in add {
            writer.write("\(name).add.\(TomlWriter.key(field.name))", string: field.value)
        }
        if !remove.isEmpty { writer.write("\(name).remove", strings: remove) }
    }
}
