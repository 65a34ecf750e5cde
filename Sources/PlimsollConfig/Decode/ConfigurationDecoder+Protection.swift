import PlimsollPolicy

extension ConfigurationDecoder {
    func decodeMemoryLimit(_ table: TableReader) -> ServerSettings.MemoryLimit {
        switch table.string("memory_limit") {
        case nil, "auto": return .automatic
        case "unlimited": return .unlimited
        case let text?:
            guard let bytes = try? SizeText.parse(text), (32 << 20...1 << 40).contains(bytes) else {
                // Whatever is wrong with it, the range says what would be right.
                table.refuse("memory_limit", because: quoted(text))
                return .automatic
            }
            return .exactly(Int(bytes))
        }
    }

    func decodeProtection(_ table: TableReader) -> ProtectionSettings {
        let lag = table.duration("lag")
        let memory = table.ratio("memory")
        let connections = table.ratio("connections")
        let isEnforced = table.choice("mode") == "enforce"
        return table.settings { () throws(SettingsError) in
            try ProtectionSettings(
                lag: lag, memory: memory, connections: connections, isEnforced: isEnforced)
        } ?? .standard
    }
}
