import PlimsollCore

/// Reads one `[[route]]`.
struct RouteDecoder {
    let reader: TableReader
    var problems: ProblemCollector { reader.problems }

    init(_ reader: TableReader) { self.reader = reader }

    /// nil when the route has no usable action.
    func decode() -> RouteSettings? {
        let path = decodePath()
        let hosts = decodeHosts()
        let methods = decodeMethods()
        let headers = decodeHeaderMatches()
        let requestHeaders = decodeHeaderChanges("request_headers")
        let responseHeaders = decodeHeaderChanges("response_headers")
        let rewritePrefix = decodePathText("rewrite_prefix")
        let timeout = reader.optionalDuration("timeout")
        let deadlineHeader = decodeFieldName("deadline_header")
        let isRetryAllowed = reader.boolean("retry")
        let upgrades = decodeUpgrades()
        let ambiguousPaths = reader.optionalChoice("ambiguous_paths")
        let rateLimit = decodeRateLimit()
        let breakerTable = reader.table("breaker")
        // Decoded even when it is not there, so that nothing but its presence depends on it.
        let breaker = breakerTable.breaker()
        guard let action = decodeAction() else { return nil }

        var route = RouteSettings(path: path, action: action)
        route.hosts = hosts
        route.methods = methods
        route.headers = headers
        route.requestHeaders = requestHeaders
        route.responseHeaders = responseHeaders
        route.rewritePrefix = rewritePrefix
        route.timeout = timeout
        route.deadlineHeader = deadlineHeader
        route.isRetryAllowed = isRetryAllowed
        route.upgrades = upgrades
        route.ambiguousPaths = ambiguousPaths.map { $0 == "keep" ? .keep : .refuse }
        route.rateLimit = rateLimit
        decodePriority(into: &route)
        route.breaker = breakerTable.isPresent ? breaker : nil
        route.line = reader.position.line
        if case .upstream = action {} else { warnOfIdleKeys() }
        return route
    }

    /// Keys that only mean something on the way to an upstream.
    private func warnOfIdleKeys() {
        for name in [
            "rewrite_prefix", "timeout", "deadline_header", "retry", "upgrade", "request_headers",
            "priority", "priority_header", "priority_map", "urgency", "tenant",
        ] where reader.contains(name) {
            problems.warning(
                at: reader.position(of: name),
                "route.\(name) has no effect on a route without upstream", fix: "leave it out")
        }
    }

    // MARK: What the route takes

    private func decodePath() -> PathPattern {
        if reader.contains("path"), reader.contains("path_prefix") {
            problems.error(
                at: reader.position(of: "path"), "a route has both path and path_prefix",
                fix: "leave one of them out")
        }
        let prefix = decodePathText("path_prefix")
        if reader.contains("path") { return .exact(decodePathText("path") ?? "/") }
        return .prefix(prefix ?? "/")
    }

    private func decodePathText(_ name: String) -> String? {
        guard let path = reader.string(name) else { return nil }
        if let fault = PathSyntax.fault(in: path) {
            problems.error(
                at: reader.valuePosition(of: name), "route.\(name) \(quoted(path)) \(fault.rule)",
                fix: fault.fix)
            return nil
        }
        return path
    }

    private func decodeHosts() -> [HostPattern] {
        guard let entry = reader.entry("host") else { return [] }
        if case .string(let text) = entry.node.value {
            return decodeHost(text, at: entry.node.position).map { [$0] } ?? []
        }
        guard case .array = entry.node.value else {
            reader.refuse("host", because: entry.node.value.kindName)
            return []
        }
        var hosts: [HostPattern] = []
        for (text, position) in reader.strings("host") ?? [] {
            guard let host = decodeHost(text, at: position) else { continue }
            if hosts.contains(host) {
                problems.error(
                    at: position, "route.host holds \(quoted(text)) twice",
                    fix: "name each host once")
            } else {
                hosts.append(host)
            }
        }
        if case .array(let nodes) = entry.node.value, nodes.isEmpty {
            problems.error(
                at: entry.node.position, "route.host is empty",
                fix: "leave it out to take any host")
        }
        return hosts
    }

    private func decodeHost(_ text: String, at position: TomlPosition) -> HostPattern? {
        let host = text.lowercased()
        if host.hasPrefix("*."), HostSyntax.isName(String(host.dropFirst(2))) {
            return .wildcard(suffix: String(host.dropFirst()))
        }
        if HostSyntax.isHost(host) { return .exact(host) }
        let fix: String
        if host == "*" {
            fix = "leave it out to take any host"
        } else if let colon = host.lastIndex(of: ":"),
            HostSyntax.isHost(String(host[..<colon]))
        {
            fix = "leave the port out: \(quoted(String(host[..<colon])))"
        } else if host.contains("*") {
            fix = "a wildcard stands for whole labels in front: \"*.example.com\""
        } else {
            fix = "write a host name such as \"api.example.com\" or \"*.example.com\""
        }
        problems.error(at: position, "route.host is \(quoted(text))", fix: fix)
        return nil
    }

    private func decodeMethods() -> [String] {
        guard let words = reader.strings("methods") else { return [] }
        var methods: [String] = []
        for (text, position) in words {
            if !FieldSyntax.isToken(text) {
                problems.error(
                    at: position, "route.methods holds \(quoted(text))",
                    fix: "write a method such as \"GET\"")
            } else if text != text.uppercased() {
                problems.error(
                    at: position, "route.methods holds \(quoted(text))",
                    fix: "methods are case-sensitive; write \(quoted(text.uppercased()))")
            } else if text == "CONNECT" || text == "TRACE" {
                problems.error(
                    at: position, "route.methods holds \(quoted(text)), which is always refused",
                    fix: "leave it out")
            } else if methods.contains(text) {
                problems.error(
                    at: position, "route.methods holds \(quoted(text)) twice",
                    fix: "name each method once")
            } else {
                methods.append(text)
            }
        }
        // Whoever allows a page allows asking for its head (RFC 9110, section 9.3.2).
        if methods.contains("GET"), !methods.contains("HEAD") { methods.append("HEAD") }
        if words.isEmpty {
            problems.error(
                at: reader.valuePosition(of: "methods"), "route.methods is empty",
                fix: "leave it out to take any method")
        }
        return methods
    }

    private func decodeHeaderMatches() -> [HeaderMatch] {
        guard let entry = reader.entry("headers") else { return [] }
        guard case .table(let entries) = entry.node.value else {
            reader.refuse("headers", because: entry.node.value.kindName)
            return []
        }
        return entries.compactMap { field in
            guard checkName(field, in: "route.headers") else { return nil }
            let name = field.key.lowercased()
            switch field.node.value {
            case .string(let value):
                guard checkValue(value, of: field, in: "route.headers") else { return nil }
                return HeaderMatch(name: name, condition: .equals(value))
            case .boolean(let isPresent):
                return HeaderMatch(name: name, condition: isPresent ? .present : .absent)
            default:
                problems.error(
                    at: field.node.position,
                    "route.headers.\(field.key) is \(field.node.value.kindName)",
                    fix: "write the value it must have, true (it is there) or false (it is not)")
                return nil
            }
        }
    }

    private func decodeUpgrades() -> [UpgradeProtocol] {
        guard let words = reader.strings("upgrade") else { return [.websocket] }
        var upgrades: [UpgradeProtocol] = []
        for (text, position) in words {
            guard text.lowercased() == "websocket" else {
                problems.error(
                    at: position, "route.upgrade holds \(quoted(text))",
                    fix: "only \"websocket\" can be allowed; [] refuses all")
                continue
            }
            if upgrades.isEmpty { upgrades.append(.websocket) }
        }
        return upgrades
    }

    // MARK: What becomes of the request

    private func decodeAction() -> RouteAction? {
        let actions = ["upstream", "respond", "redirect"].filter { reader.contains($0) }
        guard let first = actions.first else {
            problems.error(
                at: reader.position, "a route has no upstream, respond or redirect",
                fix: "say what becomes of its requests, such as upstream = \"NAME\"")
            return nil
        }
        if actions.count > 1 {
            problems.error(
                at: reader.position(of: actions[1]),
                "a route has \(actions.joined(separator: " and "))", fix: "keep one of them")
        }
        switch first {
        case "upstream": return reader.string("upstream").map { .upstream($0) }
        case "respond": return .respond(decodeAnswer(reader.table("respond")))
        default: return .redirect(decodeRedirect(reader.table("redirect")))
        }
    }

    private func decodeAnswer(_ table: TableReader) -> FixedAnswer {
        var answer = FixedAnswer()
        answer.status = table.integer("status")
        if let body = table.string("body") { answer.body = body }
        if answer.body.utf8.count > 64 << 10 {
            problems.error(
                at: table.valuePosition(of: "body"),
                "route.respond.body is \(answer.body.utf8.count) bytes long",
                fix: "it must be at most 64 KiB; larger answers belong to an upstream")
        }
        let hasNoBody = answer.status == 204 || answer.status == 304
        if hasNoBody, !answer.body.isEmpty {
            problems.error(
                at: table.valuePosition(of: "body"),
                "route.respond has a body and status \(answer.status), which has none",
                fix: "leave the body out or choose another status")
        }
        if let type = table.string("content_type") {
            if let fault = FieldSyntax.fault(inValue: type) {
                problems.error(
                    at: table.valuePosition(of: "content_type"),
                    "route.respond.content_type \(fault.rule)", fix: fault.fix)
            } else if !type.contains("/") || type.utf8.count > 256 {
                table.refuse("content_type", because: quoted(type))
            } else {
                answer.contentType = type
            }
        }
        return answer
    }

    private func decodeRedirect(_ table: TableReader) -> RedirectAnswer {
        var answer = RedirectAnswer()
        if let entry = table.entry("status") {
            if case .integer(let status) = entry.node.value,
                [301, 302, 303, 307, 308].contains(status)
            {
                answer.status = Int(status)
            } else {
                table.refuse("status", because: written(entry.node.value))
            }
        }
        answer.scheme = table.optionalChoice("scheme")
        if let host = table.string("host") {
            if AddressText.isAuthority(host) {
                answer.host = host
            } else {
                table.refuse("host", because: quoted(host))
            }
        }
        if let path = table.string("path") {
            if let fault = PathSyntax.fault(in: path) {
                problems.error(
                    at: table.valuePosition(of: "path"),
                    "route.redirect.path \(quoted(path)) \(fault.rule)", fix: fault.fix)
            } else {
                answer.path = path
            }
        }
        if !["scheme", "host", "path"].contains(where: table.contains) {
            problems.error(
                at: reader.position(of: "redirect"),
                "route.redirect leads back to where the request came from",
                fix: "add scheme, host or path")
        }
        return answer
    }

    // MARK: Fields

    private func decodeHeaderChanges(_ name: String) -> HeaderChanges {
        let table = reader.table(name)
        var changes = HeaderChanges()
        changes.set = decodeFields("set", in: table)
        changes.add = decodeFields("add", in: table)
        for (text, position) in table.strings("remove") ?? [] {
            if !FieldSyntax.isToken(text) {
                problems.error(
                    at: position, "route.\(name).remove holds \(quoted(text))",
                    fix: "write a field name")
            } else if FieldSyntax.isOwned(text) {
                refuseOwned(text, at: position, in: "route.\(name).remove")
            } else {
                changes.remove.append(text.lowercased())
            }
        }
        return changes
    }

    private func decodeFields(_ name: String, in table: TableReader) -> [HeaderChanges.Field] {
        guard let entry = table.entry(name) else { return [] }
        guard case .table(let entries) = entry.node.value else {
            table.refuse(name, because: entry.node.value.kindName)
            return []
        }
        let title = table.title(of: name)
        var seen: Set<String> = []
        let fields = entries.compactMap { field -> HeaderChanges.Field? in
            guard checkName(field, in: title) else { return nil }
            if FieldSyntax.isOwned(field.key) {
                refuseOwned(field.key, at: field.keyPosition, in: title)
                return nil
            }
            guard seen.insert(field.key.lowercased()).inserted else {
                problems.error(
                    at: field.keyPosition, "\(title) holds \(quoted(field.key)) twice",
                    fix: "field names are the same in upper and lower case; keep one")
                return nil
            }
            guard case .string(let value) = field.node.value else {
                problems.error(
                    at: field.node.position,
                    "\(title).\(field.key) is \(field.node.value.kindName)",
                    fix: "it must be a string")
                return nil
            }
            guard checkValue(value, of: field, in: title) else { return nil }
            return HeaderChanges.Field(name: field.key, value: value)
        }
        let bytes = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        if bytes > Self.fieldBytesMaximum {
            problems.error(
                at: entry.node.position, "the fields of \(title) are \(bytes) bytes long",
                fix: "they must be at most 4 KiB in all")
        }
        return fields
    }

    /// The room that a loop's buffers have for them, in each of `set` and `add`.
    private static let fieldBytesMaximum = 4 << 10

    private func checkName(_ field: TomlEntry, in title: String) -> Bool {
        guard !FieldSyntax.isToken(field.key) else { return true }
        problems.error(
            at: field.keyPosition, "\(title) holds the field name \(quoted(field.key))",
            fix: "a name is letters, digits and \"-\", without blanks")
        return false
    }

    private func checkValue(_ value: String, of field: TomlEntry, in title: String) -> Bool {
        guard let fault = FieldSyntax.fault(inValue: value) else { return true }
        problems.error(
            at: field.node.position, "the value of \(title).\(field.key) \(fault.rule)",
            fix: fault.fix)
        return false
    }

    private func refuseOwned(_ name: String, at position: TomlPosition, in title: String) {
        problems.error(
            at: position, "\(title) holds \(quoted(name))",
            fix: "plimsoll writes that field itself; leave it out")
    }
}
