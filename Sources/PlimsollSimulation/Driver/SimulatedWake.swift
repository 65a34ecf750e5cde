import PlimsollIO
import Synchronization

/// The wake of a ``SimulatedDriver``. Any thread may set it; the driver takes it in its turn.
public final class SimulatedWake: LoopWake {
    private let isSet = Atomic<Bool>(false)

    public func wake() {
        isSet.store(true, ordering: .releasing)
    }

    var isPending: Bool { isSet.load(ordering: .acquiring) }

    /// Whether it was set; it is not any longer.
    func take() -> Bool {
        isSet.exchange(false, ordering: .acquiringAndReleasing)
    }
}
