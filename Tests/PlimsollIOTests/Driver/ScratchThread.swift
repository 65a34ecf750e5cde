import Glibc
import PlimsollCore
import PlimsollIO

/// A thread that wakes a loop once, a moment after it was started.
struct ScratchThread {
    let start: Instant
    private let thread: pthread_t

    init(waking wake: any LoopWake) {
        start = MonotonicClock.now
        let box = Unmanaged.passRetained(Box(wake))
        var made = pthread_t()
        let answer = pthread_create(
            &made, nil,
            { raw in
                let box = Unmanaged<Box>.fromOpaque(raw!).takeRetainedValue()
                sched_yield()
                box.wake.wake()
                return nil
            }, box.toOpaque())
        precondition(answer == 0, "a thread was refused")
        thread = made
    }

    func join() {
        pthread_join(thread, nil)
    }

    private final class Box {
        let wake: any LoopWake

        init(_ wake: any LoopWake) {
            self.wake = wake
        }
    }
}
