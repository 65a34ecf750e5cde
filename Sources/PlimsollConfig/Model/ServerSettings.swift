import PlimsollCore
import PlimsollPolicy

/// `[server]`: the process itself.
public struct ServerSettings: Sendable, Equatable {
    /// How many event loops serve traffic.
    public enum LoopCount: Sendable, Equatable {
        /// One per core this process may use (affinity mask and cgroup quota).
        case automatic
        /// From 1 to 256.
        case exactly(Int)
    }

    /// Which kernel interface the loops use.
    public enum DriverChoice: Sendable, Equatable {
        /// io_uring where the kernel grants it, epoll otherwise.
        case automatic
        case uring
        case epoll
    }

    /// The memory that a configuration may need before it is refused.
    public enum MemoryLimit: Sendable, Equatable {
        /// What the process's control groups grant; without them, any.
        case automatic
        /// Bytes, from 32 MiB to 1 TiB.
        case exactly(Int)
        case unlimited
    }

    public var loops: LoopCount = .automatic
    public var driver: DriverChoice = .automatic
    /// The user to become after binding when started as root; nil for `plimsoll` if that user
    /// exists, else `nobody`.
    public var user: String?
    /// Whether each loop stays on one core.
    public var isPinned = false
    /// The peers whose X-Forwarded-*, Forwarded and X-Request-Id fields are believed.
    public var trustedProxies: [AddressRange] = []
    /// Bytes of connection buffers, over all loops. From 16 MiB to 1 TiB.
    public var bufferMemory = 512 << 20
    public var explain = ExplainSettings()

    /// What the process may need at most.
    public var memoryLimit = MemoryLimit.automatic
    /// When requests are refused so that the loops can serve the others.
    public var protection = ProtectionSettings.standard

    public init() {}
}
