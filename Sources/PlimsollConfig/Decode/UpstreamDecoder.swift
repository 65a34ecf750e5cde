import PlimsollCore
import PlimsollPolicy

/// Reads one `[upstream.NAME]`, without its policies.
struct UpstreamDecoder {
    static let endpointsMaximum = 1_000

    private let reader: TableReader
    private var problems: ProblemCollector { reader.problems }

    init(_ reader: TableReader) { self.reader = reader }

    func decode(name: String) -> (UpstreamSettings, SourceMap.Upstream) {
        var map = SourceMap.Upstream(position: reader.position)
        var upstream = UpstreamSettings(name: name, endpoints: decodeEndpoints())
        upstream.balance = BalanceKind(rawValue: reader.choice("balance")) ?? .standard
        upstream.host = decodeHost()
        let slowStart = reader.duration("slow_start")
        let panicShare = reader.ratio("panic_share")
        upstream.fitness =
            settings(in: reader) { () throws(SettingsError) in
                try FitnessSettings(slowStart: slowStart, panicShare: panicShare)
            } ?? .standard
        upstream.idleConnectionsMaximum = reader.integer("idle_connections")
        upstream.tenant = reader.tenant()
        let timeouts = reader.table("timeouts")
        map.keys = reader.positions(of: ["idle_connections", "tenant"])
        note(timeouts, ["connect", "response", "idle"], prefix: "timeouts", in: &map)
        upstream.timeouts =
            settings(in: timeouts) { () throws(SettingsError) in
                try TimeoutSettings(
                    connect: timeouts.duration("connect"), response: timeouts.duration("response"),
                    idle: timeouts.duration("idle"))
            } ?? .standard
        decodePolicies(into: &upstream, map: &map)
        return (upstream, map)
    }

    private func decodeEndpoints() -> [EndpointSettings] {
        guard let texts = reader.strings("endpoints") else {
            if !reader.contains("endpoints") {
                problems.error(
                    at: reader.position, "\(reader.title) has no endpoints",
                    fix: "add endpoints = [\"address:port\"]")
            }
            return []
        }
        let place = reader.valuePosition(of: "endpoints")
        if case .array(let nodes)? = reader.entry("endpoints")?.node.value, nodes.isEmpty {
            problems.error(
                at: place, "\(reader.title).endpoints is empty", fix: "name at least one endpoint")
        }
        guard texts.count <= Self.endpointsMaximum else {
            problems.error(
                at: place, "\(reader.title).endpoints holds \(texts.count) endpoints",
                fix: "it must hold at most \(Self.endpointsMaximum)")
            return []
        }
        var endpoints: [EndpointSettings] = []
        var seen: Set<EndpointSettings.Address> = []
        for (text, position) in texts {
            switch AddressText.endpoint(text) {
            case .failure(let fault):
                problems.error(
                    at: position, "\(reader.title).endpoints holds \(quoted(text))", fix: fault.fix)
            case .success(let address):
                guard seen.insert(address).inserted else {
                    problems.error(
                        at: position, "\(reader.title).endpoints holds \(quoted(text)) twice",
                        fix: "name each endpoint once")
                    continue
                }
                endpoints.append(EndpointSettings(address: address, text: text))
            }
        }
        return endpoints
    }

    private func decodeHost() -> HostHeader {
        switch reader.string("host") {
        case nil, "keep": return .keep
        case "upstream": return .upstream
        case .some(let name):
            guard AddressText.isAuthority(name) else {
                reader.refuse("host", because: quoted(name))
                return .keep
            }
            return .name(name)
        }
    }

    /// Remembers where keys stand, for the checks that compare them with others.
    func note(
        _ table: TableReader, _ names: [String], prefix: String, in map: inout SourceMap.Upstream
    ) {
        for name in names where table.contains(name) {
            map.keys["\(prefix).\(name)"] = table.valuePosition(of: name)
        }
    }

    /// Makes settings of values that have passed their own checks; the policy's rules between
    /// them come last. nil, and a problem at the key to blame, when one is broken.
    func settings<Settings>(
        in table: TableReader, _ make: () throws(SettingsError) -> Settings
    ) -> Settings? {
        table.settings(make)
    }

    var table: TableReader { reader }
}
