import PlimsollCore
import PlimsollPolicy

extension RouteDecoder {
    /// `rate_limit`; nil when there is none, or when it is wrong.
    func decodeRateLimit() -> RateLimitSettings? {
        let table = reader.table("rate_limit")
        let requests = table.optionalInteger("requests")
        let per = table.duration("per")
        let burst = table.optionalInteger("burst")
        let key = decodeRateKey(table)
        let keys = table.integer("keys")
        let isEnforced = table.choice("mode") == "enforce"
        guard table.isPresent, let key else { return nil }
        if !table.contains("requests") {
            problems.error(
                at: table.position, "\(table.title) has no requests",
                fix: "say how many it takes, such as requests = 100")
        }
        guard let requests else { return nil }
        return table.settings { () throws(SettingsError) in
            try RateLimitSettings(
                requests: requests, per: per, burst: burst, key: key, keys: keys,
                isEnforced: isEnforced)
        }
    }

    private func decodeRateKey(_ table: TableReader) -> RateLimitSettings.Key? {
        guard let entry = table.entry("by") else { return .route }
        switch entry.node.value {
        case .string("route"): return .route
        case .string("client-address"): return .clientAddress
        case .table(let entries):
            guard entries.count == 1, entries[0].key == "header",
                case .string(let name) = entries[0].node.value, FieldSyntax.isToken(name)
            else {
                table.refuse("by", because: "another table")
                return nil
            }
            return .header(name.lowercased())
        default:
            table.refuse("by", because: written(entry.node.value))
            return nil
        }
    }
}
