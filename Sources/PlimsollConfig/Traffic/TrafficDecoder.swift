import PlimsollCore

/// Turns the values of a traffic description into ``TrafficSettings``. What is wrong goes into
/// `problems`; the settings are of use only if nothing is.
struct TrafficDecoder {
    let problems: ProblemCollector
    private static let perSecondMaximum = 1_000_000.0

    func decode(_ document: TomlDocument) -> TrafficSettings {
        let top = TableReader(
            path: "", title: "", position: .start, entries: document.root, problems: problems,
            keys: .traffic)
        var traffic = TrafficSettings()
        traffic.duration = top.optionalDuration("duration")
        traffic.warmup = top.duration("warmup")
        traffic.objective = top.duration("objective")
        traffic.seed = UInt64(top.integer("seed"))
        traffic.slice = top.optionalDuration("slice")
        traffic.loops = top.optionalInteger("loops")
        let log = top.table("log")
        if log.isPresent {
            traffic.log = decodeLog(log)
        }
        for (index, reader) in top.tables("class").enumerated() {
            traffic.classes.append(decodeClass(reader, index: index))
        }
        traffic.upstreams = decodeUpstreams(top, hasLog: traffic.log != nil)
        if let duration = traffic.duration, traffic.warmup >= duration {
            problems.error(
                at: top.valuePosition(of: "warmup"), "warmup is not shorter than duration",
                fix: "leave some time to be counted")
        }
        if !top.contains("class"), !top.contains("log") {
            problems.error(
                at: .start, "there is no traffic",
                fix: "add a [[class]] with a rate, or [log] with a file")
        }
        return traffic
    }

    private func decodeLog(_ reader: TableReader) -> TrafficLog? {
        let speed = reader.number("speed", in: 0.01...1_000) ?? 1
        guard let file = reader.string("file"), !file.isEmpty else {
            problems.error(
                at: reader.position, "log has no file",
                fix: "name an access log, or leave [log] out")
            return nil
        }
        return TrafficLog(file: file, speed: speed)
    }

    // MARK: Classes

    private func decodeClass(_ reader: TableReader, index: Int) -> TrafficClass {
        var kind = TrafficClass(name: name(reader, "name") ?? "class-\(index + 1)")
        kind.host = reader.string("host") ?? "localhost"
        if let path = reader.string("path") {
            if path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) {
                kind.path = path
            } else {
                reader.refuse("path", because: quoted(path))
            }
        }
        if let method = reader.string("method") {
            if FieldSyntax.isToken(method) {
                kind.method = method
            } else {
                reader.refuse("method", because: quoted(method))
            }
        }
        kind.headers = headers(reader)
        kind.rates = rates(reader)
        kind.arrival = TrafficClass.Arrival(rawValue: reader.choice("arrival")) ?? .poisson
        kind.burst = reader.integer("burst")
        kind.priority = reader.optionalChoice("priority")
        kind.tenant = name(reader, "tenant")
        kind.tenants = reader.integer("tenants")
        kind.timeout = reader.duration("timeout")
        kind.retries = reader.integer("retries")
        kind.backoff = reader.duration("backoff")
        kind.heedsRetryAfter = reader.boolean("heeds_retry_after")
        kind.objective = reader.optionalDuration("objective")
        kind.service = service(reader.table("service"))
        return kind
    }

    private func name(_ reader: TableReader, _ key: String) -> String? {
        guard let text = reader.string(key) else { return nil }
        guard NameSyntax.isName(text) else {
            reader.refuse(key, because: quoted(text))
            return nil
        }
        return text
    }

    private func headers(_ reader: TableReader) -> [HeaderChanges.Field] {
        guard let entry = reader.entry("headers") else { return [] }
        guard case .table(let entries) = entry.node.value else {
            reader.refuse("headers", because: entry.node.value.kindName)
            return []
        }
        return entries.compactMap { field in
            guard case .string(let value) = field.node.value, FieldSyntax.isToken(field.key),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else {
                problems.error(
                    at: field.keyPosition, "class.headers holds \(quoted(field.key))",
                    fix: "write a field's name and its value: { X-Tenant = \"a\" }")
                return nil
            }
            return HeaderChanges.Field(name: field.key, value: value)
        }
    }

    private func rates(_ reader: TableReader) -> [TrafficClass.Rate] {
        guard let entry = reader.entry("rate") else {
            problems.error(
                at: reader.position, "a class has no rate",
                fix: "add rate = 100, or rate = [{ at = \"0s\", per_second = 100 }]")
            return []
        }
        guard case .array(let nodes) = entry.node.value else {
            let rate = reader.number("rate", in: 0...Self.perSecondMaximum)
            return rate.map { [TrafficClass.Rate(at: .zero, perSecond: $0)] } ?? []
        }
        var rates: [TrafficClass.Rate] = []
        for node in nodes {
            guard let rate = step(node), rates.last.map({ $0.at < rate.at }) ?? (rate.at == .zero)
            else {
                problems.error(
                    at: node.position, "this is no step of class.rate, or not in its place",
                    fix: "write { at = \"5s\", per_second = 100 }; the first at \"0s\", each "
                        + "later than the one before")
                return rates
            }
            rates.append(rate)
        }
        if rates.isEmpty { reader.refuse("rate", because: "an empty array") }
        return rates
    }

    private func step(_ node: TomlNode) -> TrafficClass.Rate? {
        guard case .table(let entries) = node.value, entries.count == 2,
            case .string(let text)? = entries.first(where: { $0.key == "at" })?.node.value,
            let at = try? DurationText.parse(text), at <= .seconds(86_400)
        else { return nil }
        switch entries.first(where: { $0.key == "per_second" })?.node.value {
        case .integer(let count)? where count >= 0 && Double(count) <= Self.perSecondMaximum:
            return TrafficClass.Rate(at: at, perSecond: Double(count))
        case .float(let rate)? where rate >= 0 && rate <= Self.perSecondMaximum:
            return TrafficClass.Rate(at: at, perSecond: rate)
        default: return nil
        }
    }

    func service(_ reader: TableReader) -> TrafficService? {
        guard reader.isPresent else { return nil }
        guard let shape = reader.optionalChoice("shape") else {
            if !reader.contains("shape") {
                problems.error(
                    at: reader.position, "\(reader.title) has no shape",
                    fix: "add shape = \"lognormal\", \"constant\", \"exponential\" or \"bimodal\"")
            }
            return nil
        }
        let needed = shape == "bimodal" ? ["fast", "slow"] : ["mean"]
        for key in needed where !reader.contains(key) {
            problems.error(
                at: reader.position, "\(reader.title) has no \(key)",
                fix: "add \(key) = \"25ms\"")
        }
        if shape == "bimodal" {
            guard let fast = reader.optionalDuration("fast"),
                let slow = reader.optionalDuration("slow")
            else { return nil }
            return .bimodal(fast: fast, slow: slow, slowShare: reader.ratio("slow_share"))
        }
        guard let mean = reader.optionalDuration("mean") else { return nil }
        switch shape {
        case "constant": return .constant(mean: mean)
        case "exponential": return .exponential(mean: mean)
        default:
            return .lognormal(mean: mean, sigma: reader.number("sigma", in: 0...5) ?? 0.5)
        }
    }
}
