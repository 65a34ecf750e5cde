import Glibc
import PlimsollCore
import PlimsollIO
import Synchronization

/// A thread of a test's own: to wake a loop from, or to take something away from that the other
/// tests need.
struct ScratchThread {
    let start: Instant
    private let thread: pthread_t

    init(running work: @escaping @Sendable () -> Void) {
        start = MonotonicClock.now
        let box = Unmanaged.passRetained(Box(work))
        var made = pthread_t()
        let answer = pthread_create(
            &made, nil,
            { raw in
                Unmanaged<Box>.fromOpaque(raw!).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        precondition(answer == 0, "a thread was refused")
        thread = made
    }

    /// Wakes a loop a moment after it was started.
    init(waking wake: any LoopWake) {
        self.init {
            sched_yield()
            wake.wake()
        }
    }

    func join() {
        pthread_join(thread, nil)
    }

    private final class Box {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }
}

/// What a thread found out.
final class Finding<Value: Sendable>: Sendable {
    private let found = Mutex<Value?>(nil)

    var value: Value? { found.withLock { $0 } }

    func set(_ value: Value) {
        found.withLock { $0 = value }
    }
}

/// What one thread can give up without the others noticing.
enum ThreadPrivileges {
    /// From now on the calling thread has descriptors of its own, and none of them is free.
    /// Returns one that can be closed to have room for one.
    static func exhaustDescriptors() -> Int32 {
        let filesOnly: Int32 = 0x400
        precondition(unshare(filesOnly) == 0, "unshare was refused")
        var last: Int32 = -1
        while true {
            let descriptor = dup(0)
            if descriptor < 0 { return last }
            last = descriptor
        }
    }

    /// From now on a system call of the calling thread is refused with `EPERM`, as by a
    /// container's seccomp profile.
    static func refuse(systemCall number: Int) {
        // Load the number; if it is this one, return EPERM (1), else allow.
        let filter: [UInt64] = [
            instruction(0x20, 0, 0, 0),
            instruction(0x15, 0, 1, UInt32(number)),
            instruction(0x06, 0, 0, 0x0005_0000 | UInt32(EPERM)),
            instruction(0x06, 0, 0, 0x7FFF_0000),
        ]
        let answer = filter.withUnsafeBufferPointer { instructions in
            let program: [UInt] = [4, UInt(bitPattern: instructions.baseAddress!)]
            return program.withUnsafeBufferPointer { program in
                prctl(38, 1, 0, 0) == 0
                    ? prctl(22, 2, UInt(bitPattern: program.baseAddress!), 0) : -1
            }
        }
        precondition(answer == 0, "a seccomp filter was refused")
    }

    private static func instruction(
        _ code: UInt64, _ ifTrue: UInt64, _ ifFalse: UInt64, _ operand: UInt32
    ) -> UInt64 {
        code | ifTrue << 16 | ifFalse << 24 | UInt64(operand) << 32
    }
}

// Glibc's module hides the first, for it is behind _GNU_SOURCE, and the second, for it is
// variadic; the daemon has a name for that one.
@_silgen_name("unshare") private func unshare(_ flags: Int32) -> Int32
@_silgen_name("clinux_prctl")
private func prctl(_ option: Int32, _ first: UInt, _ second: UInt, _ third: UInt) -> Int32
