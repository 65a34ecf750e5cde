import PlimsollCore

/// How the upstreams behave.
extension TrafficDecoder {
    func decodeUpstreams(_ top: TableReader, hasLog: Bool) -> [TrafficUpstream] {
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
                    at: entry.keyPosition, "upstream.\(entry.key) is \(entry.node.value.kindName)",
                    fix: "begin each upstream with [upstream.NAME]")
                return nil
            }
            let reader = TableReader(
                path: "upstream", title: "upstream.\(entry.key)", position: entry.keyPosition,
                entries: inner, problems: problems, keys: .traffic)
            return decodeUpstream(reader, name: entry.key, hasLog: hasLog)
        }
    }

    private func decodeUpstream(
        _ reader: TableReader, name: String, hasLog: Bool
    ) -> TrafficUpstream {
        var upstream = TrafficUpstream(name: name)
        upstream.slots = reader.optionalInteger("slots")
        upstream.queue = reader.optionalInteger("queue")
        upstream.network = reader.duration("network")
        upstream.dropsAbandoned = reader.boolean("drops_abandoned")
        let service = reader.table("service")
        upstream.service = self.service(service)
        if !service.isPresent, !hasLog {
            problems.error(
                at: reader.position, "\(reader.title) has no service",
                fix: "add service = { shape = \"lognormal\", mean = \"25ms\" }")
        }
        upstream.faults = reader.tables("fault").map(decodeFault)
        return upstream
    }

    private func decodeFault(_ reader: TableReader) -> TrafficFault {
        if !reader.contains("at") {
            problems.error(
                at: reader.position, "a fault has no beginning", fix: "add at = \"5s\"")
        }
        var fault = TrafficFault(at: reader.optionalDuration("at") ?? .zero)
        fault.lasting = reader.optionalDuration("for")
        fault.endpoint = reader.optionalInteger("endpoint")
        fault.scale = reader.number("scale", in: 0...1_000_000)
        fault.slots = reader.optionalInteger("slots")
        fault.mode = reader.optionalChoice("mode").flatMap(TrafficFault.Mode.init)
        fault.errorShare = reader.contains("error_share") ? reader.ratio("error_share") : nil
        fault.errorStatus = reader.integer("error_status")
        fault.errorsTakeTime = reader.boolean("errors_take_time")
        if fault.scale == nil, fault.slots == nil, fault.mode == nil, fault.errorShare == nil {
            problems.error(
                at: reader.position, "a fault changes nothing",
                fix: "add scale, slots, mode or error_share")
        }
        return fault
    }
}
