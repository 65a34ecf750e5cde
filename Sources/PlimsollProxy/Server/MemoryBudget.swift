import PlimsollConfig

/// Whether what a configuration may need fits what the process may have.
struct MemoryBudget: Equatable, Sendable {
    /// What the process may have; nil when nobody says.
    let limit: Int?
    /// Where the limit comes from, for messages.
    let source: String

    /// - Parameter granted: by control groups; nil when they set no limit.
    init(_ setting: ServerSettings.MemoryLimit, granted: Int?) {
        switch setting {
        case .automatic:
            limit = granted
            source = "the control group's limit"
        case .exactly(let bytes):
            limit = bytes
            source = "server.memory_limit"
        case .unlimited:
            limit = nil
            source = ""
        }
    }

    /// Why a configuration must not run here; nil when it may.
    func refusal(of worst: WorstCase) -> String? {
        guard let limit, worst.memoryBytes > limit else { return nil }
        let excess = worst.memoryBytes - limit
        let buffers = worst.memory.first { $0.name == "buffers" }?.bytes ?? 0
        let rest = (buffers - excess) >> 20
        let remedy =
            rest >= 16
            ? "set server.buffer_memory to \"\(rest)MiB\""
            : "lower the listeners' limits.connections, the queues and server.buffer_memory"
        return "up to \(Self.mebibytes(worst.memoryBytes)) MiB may be needed, which is more than "
            + "\(source) of \(limit >> 20) MiB; \(remedy), or server.memory_limit to "
            + "\"unlimited\""
    }

    /// Rounded up.
    private static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }
}
