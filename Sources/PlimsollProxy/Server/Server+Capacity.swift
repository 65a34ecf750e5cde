import PlimsollConfig
import PlimsollIO

extension Server {
    /// Refuses a configuration that may need more memory than there is, and tells of one that may
    /// need more descriptors: those are shared out as they come, so it runs all the same.
    func checkCapacity(_ configuration: Configuration) throws(StartError) {
        let worst = worstCase(of: configuration)
        if let refusal = memoryRefusal(of: configuration) {
            throw StartError(exit: .unavailable, description: refusal)
        }
        if worst.descriptors > descriptors {
            log.warning(
                "fewer descriptors than connections that are allowed; raise LimitNOFILE",
                ["needed": "\(worst.descriptors)", "allowed": "\(descriptors)"])
        }
    }

    /// Why a configuration may not be put into force here; nil when it may.
    func memoryRefusal(of configuration: Configuration) -> String? {
        MemoryBudget(configuration.server.memoryLimit, granted: ProcessMemory.limit())
            .refusal(of: worstCase(of: configuration))
    }

    private func worstCase(of configuration: Configuration) -> WorstCase {
        WorstCase(
            configuration, coresAvailable: ResourceLimits.coresAvailable(),
            descriptors: descriptors)
    }
}
