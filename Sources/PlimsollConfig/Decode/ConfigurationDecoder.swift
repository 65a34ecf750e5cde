import PlimsollCore

/// Where the parts of a configuration stand in its file, for checks that look across tables.
struct SourceMap {
    struct Listener {
        var position: TomlPosition
        var name: TomlPosition
        var address: TomlPosition
        /// Of `limits.connections`; nil: it is not there.
        var connections: TomlPosition?
        /// False when something in it was refused: then checks across tables would only repeat
        /// what has been said.
        var isSound: Bool
    }

    struct Route {
        var position: TomlPosition
        /// The value of `upstream`, or the route itself.
        var upstream: TomlPosition
        var timeout: TomlPosition
        /// As for listeners.
        var isSound = true
        /// Of the keys that say whose a request is and how much it matters, where they are there.
        var keys: [String: TomlPosition] = [:]

        static let noted = [
            "priority", "priority_header", "urgency", "deadline_header", "tenant",
        ]
    }

    struct Upstream {
        var position: TomlPosition
        /// Positions of keys by their path below the upstream: `bulkhead.queue_timeout`.
        var keys: [String: TomlPosition] = [:]

        func position(of key: String) -> TomlPosition { keys[key] ?? position }
    }

    var adminListen = TomlPosition.start
    /// nil: it is not there.
    var drainTimeout: TomlPosition?
    var user = TomlPosition.start
    var listeners: [Listener] = []
    var routes: [Route] = []
    var upstreams: [Upstream] = []
}

/// Turns the values of a file into a ``Configuration``, table by table. What is wrong goes into
/// `problems`; the configuration is of use only if nothing is.
struct ConfigurationDecoder {
    let problems: ProblemCollector
    private(set) var configuration = Configuration()
    private(set) var map = SourceMap()

    private(set) var isListenerMissing = false
    /// Whether the file has no routes, as opposed to routes that are wrong.
    private(set) var isRouteImplied = false

    init(problems: ProblemCollector) { self.problems = problems }

    mutating func decode(_ document: TomlDocument) {
        let top = TableReader(
            path: "", title: "", position: .start, entries: document.root, problems: problems)
        isListenerMissing = !top.contains("listener")
        isRouteImplied = !top.contains("route")
        configuration.server = decodeServer(top.table("server"))
        configuration.admin = decodeAdmin(top.table("admin"))
        for (index, reader) in top.tables("listener").enumerated() {
            configuration.listeners.append(decodeListener(reader, index: index))
        }
        for reader in top.tables("route") {
            let errorsBefore = problems.errorCount
            if let route = RouteDecoder(reader).decode() {
                configuration.routes.append(route)
                map.routes.append(
                    SourceMap.Route(
                        position: reader.position, upstream: reader.valuePosition(of: "upstream"),
                        timeout: reader.position(of: "timeout"),
                        isSound: problems.errorCount == errorsBefore,
                        keys: reader.positions(of: SourceMap.Route.noted)))
            }
        }
        for (name, reader) in upstreamTables(in: top) {
            let (upstream, place) = UpstreamDecoder(reader).decode(name: name)
            configuration.upstreams.append(upstream)
            map.upstreams.append(place)
        }
        configuration.log = decodeLog(top.table("log"))
        let drain = top.table("drain")
        configuration.drain.timeout = drain.duration("timeout")
        if drain.contains("timeout") { map.drainTimeout = drain.valuePosition(of: "timeout") }
    }

    /// The shortest useful file is one listener and one upstream: everything goes there.
    mutating func addImpliedRoute() {
        guard map.routes.isEmpty, isRouteImplied, configuration.upstreams.count == 1 else {
            return
        }
        var route = RouteSettings(
            path: .prefix("/"), action: .upstream(configuration.upstreams[0].name))
        let position = map.upstreams[0].position
        route.line = position.line
        configuration.routes = [route]
        map.routes = [SourceMap.Route(position: position, upstream: position, timeout: position)]
    }

    // MARK: Tables of the process

    private mutating func decodeServer(_ reader: TableReader) -> ServerSettings {
        var server = ServerSettings()
        server.loops = loops(reader)
        switch reader.choice("driver") {
        case "io_uring": server.driver = .uring
        case "epoll": server.driver = .epoll
        default: server.driver = .automatic
        }
        if let user = reader.string("user") {
            let isName =
                (1...32).contains(user.utf8.count)
                && user.utf8.allSatisfy {
                    HostSyntax.isLetterOrDigit($0) || "-_.".utf8.contains($0)
                }
            if isName { server.user = user } else { reader.refuse("user", because: quoted(user)) }
            map.user = reader.valuePosition(of: "user")
        }
        server.isPinned = reader.boolean("pin")
        for (text, position) in reader.strings("trusted_proxies") ?? [] {
            if let range = AddressText.range(text) {
                server.trustedProxies.append(range)
            } else {
                problems.error(
                    at: position, "server.trusted_proxies holds \(quoted(text))",
                    fix: "write an address, or a range such as \"10.0.0.0/8\" or \"fd00::/8\" "
                        + "without bits behind its prefix")
            }
        }
        server.bufferMemory = Int(reader.size("buffer_memory"))
        server.memoryLimit = decodeMemoryLimit(reader)
        server.protection = decodeProtection(reader.table("protection"))
        let explain = reader.table("explain")
        server.explain.records = explain.integer("records")
        server.explain.wait = explain.duration("wait")
        return server
    }

    private func loops(_ reader: TableReader) -> ServerSettings.LoopCount {
        guard let entry = reader.entry("loops") else { return .automatic }
        switch entry.node.value {
        case .string("auto"): return .automatic
        case .integer(let count) where (1...256).contains(count): return .exactly(Int(count))
        default:
            reader.refuse("loops", because: written(entry.node.value))
            return .automatic
        }
    }

    private mutating func decodeAdmin(_ reader: TableReader) -> AdminSettings {
        var admin = AdminSettings()
        map.adminListen = reader.valuePosition(of: "listen")
        guard let text = reader.string("listen") else { return admin }
        guard text != "off" else {
            admin.listen = nil
            return admin
        }
        switch AddressText.listen(text) {
        case .success(let address): admin.listen = address
        case .failure(let fault):
            problems.error(
                at: map.adminListen, "admin.listen is \(quoted(text))", fix: fault.fix)
        }
        return admin
    }

    private mutating func decodeListener(_ reader: TableReader, index: Int) -> ListenerSettings {
        let errorsBefore = problems.errorCount
        var listener = ListenerSettings(
            name: "listener-\(index + 1)", address: .defaultListener)
        if let name = reader.string("name") {
            if NameSyntax.isName(name) {
                listener.name = name
            } else {
                reader.refuse("name", because: quoted(name))
            }
        }
        if let text = reader.string("address") {
            switch AddressText.listen(text) {
            case .success(let address): listener.address = address
            case .failure(let fault):
                problems.error(
                    at: reader.valuePosition(of: "address"),
                    "listener.address is \(quoted(text))", fix: fault.fix)
            }
        }
        listener.backlog = reader.integer("backlog")
        listener.ambiguousPaths = reader.choice("ambiguous_paths") == "keep" ? .keep : .refuse
        listener.sendsForwarded = reader.boolean("forwarded")
        listener.minimumBodyRate =
            reader.holds(word: "off", "minimum_body_rate") ? 0 : reader.size("minimum_body_rate")

        let limits = reader.table("limits")
        listener.connectionsMaximum = limits.integer("connections")
        listener.headBytesMaximum = Int(limits.size("head_bytes"))
        listener.fieldsMaximum = limits.integer("fields")
        listener.bodyBytesMaximum = limits.optionalSize("body_bytes")

        let timeouts = reader.table("timeouts")
        listener.headTimeout = timeouts.duration("head")
        listener.idleTimeout = timeouts.duration("idle")
        listener.bodyIdleTimeout = timeouts.duration("body_idle")
        listener.lingerTimeout = timeouts.duration("linger")
        listener.tunnelIdleTimeout = timeouts.duration("tunnel_idle")
        map.listeners.append(
            SourceMap.Listener(
                position: reader.position, name: reader.valuePosition(of: "name"),
                address: reader.valuePosition(of: "address"),
                connections: limits.contains("connections")
                    ? limits.valuePosition(of: "connections") : nil,
                isSound: problems.errorCount == errorsBefore))
        return listener
    }

    private func decodeLog(_ reader: TableReader) -> LogSettings {
        var log = LogSettings()
        switch reader.choice("level") {
        case "debug": log.level = .debug
        case "warning": log.level = .warning
        case "error": log.level = .error
        default: log.level = .info
        }
        switch reader.string("access") {
        case nil, "off": log.access = .off
        case "stdout": log.access = .standardOutput
        case let path?:
            if path.hasPrefix("/"), path.utf8.count <= 4_095, !path.utf8.contains(0) {
                log.access = .file(path: path)
            } else {
                reader.refuse("access", because: quoted(path))
            }
        }
        return log
    }

    // MARK: Tables that may come several times

    private func upstreamTables(in top: TableReader) -> [(name: String, reader: TableReader)] {
        guard let entry = top.entry("upstream") else { return [] }
        guard case .table(let entries) = entry.node.value else {
            problems.error(
                at: entry.keyPosition, "upstream is \(entry.node.value.kindName)",
                fix: "begin each upstream with [upstream.NAME]")
            return []
        }
        return entries.compactMap { entry in
            guard case .table(let inner) = entry.node.value else {
                problems.error(
                    at: entry.keyPosition,
                    "upstream.\(entry.key) is \(entry.node.value.kindName)",
                    fix: "begin each upstream with [upstream.NAME]")
                return nil
            }
            if !NameSyntax.isName(entry.key) {
                problems.error(
                    at: entry.keyPosition, "an upstream is called \(quoted(entry.key))",
                    fix: "use \(NameSyntax.rule)")
            }
            let reader = TableReader(
                path: "upstream", title: "upstream.\(entry.key)", position: entry.keyPosition,
                entries: inner, problems: problems)
            return (entry.key, reader)
        }
    }
}
