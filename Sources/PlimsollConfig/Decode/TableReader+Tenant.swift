extension TableReader {
    /// `tenant` of a route or an upstream; nil when it is left out or wrong.
    func tenant() -> TenantSettings? {
        guard let entry = entry("tenant") else { return nil }
        switch entry.node.value {
        case .string("client-address"): return .clientAddress
        case .table(let entries):
            guard entries.count == 1, entries[0].key == "header",
                case .string(let name) = entries[0].node.value, FieldSyntax.isToken(name)
            else {
                refuse("tenant", because: "another table")
                return nil
            }
            return .header(name.lowercased())
        default:
            refuse("tenant", because: written(entry.node.value))
            return nil
        }
    }
}
