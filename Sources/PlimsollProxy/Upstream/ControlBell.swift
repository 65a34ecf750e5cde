import PlimsollIO
import Synchronization

/// Calls the control loop when something has come up that only time ends: a breaker that opened, an
/// endpoint that is out for a while. Otherwise it sleeps until the earliest of what it knows.
///
/// Any thread rings, at any time and as often as it likes: only the first ring since the loop last
/// listened costs a system call, so nobody need ask first.
public final class ControlBell: Sendable {
    private let isRung = Atomic<Bool>(false)
    private let wake = Mutex<(any LoopWake)?>(nil)

    public init() {}

    /// Names the loop to wake. A ring that came before wakes it at once.
    func attach(_ loop: any LoopWake) {
        wake.withLock { $0 = loop }
        if isRung.load(ordering: .acquiring) {
            loop.wake()
        }
    }

    /// What the caller changed before is seen by the loop that hears it.
    public func ring() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let loop = wake.withLock { $0 }
        loop?.wake()
    }

    /// Whether it was rung and nobody has taken the ring yet.
    var isRinging: Bool { isRung.load(ordering: .acquiring) }

    /// Whether it was rung since the last call.
    func takeRing() -> Bool {
        isRung.load(ordering: .relaxed)
            && isRung.exchange(false, ordering: .acquiringAndReleasing)
    }
}
