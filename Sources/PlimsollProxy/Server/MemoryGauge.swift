import Synchronization

/// How much of what it may have the process uses, measured by the control loop, read by the data
/// loops.
public final class MemoryGauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    public init() {}

    /// From 0 to 1; 0 when there is no limit.
    public var share: Double {
        get { Double(bitPattern: bits.load(ordering: .relaxed)) }
        set { bits.store(newValue.bitPattern, ordering: .relaxed) }
    }
}
