import CLiburing
import Glibc
import PlimsollCore

/// An io_uring instance, made disabled and enabled by the thread that will own it.
///
/// Unsafe pointers: `ring` is the C side's handle, valid from `init` to `deinit`.
struct Ring: ~Copyable {
    /// Operations between two submits. A larger turn submits in pieces.
    static var operationsMaximum: UInt32 { 512 }
    /// Completions between two turns; beyond it the kernel keeps them in a list of its own.
    static var completionsMaximum: UInt32 { 4096 }

    private let ring: OpaquePointer

    /// - Throws: what io_uring_setup said. `EPERM`, `ENOSYS`: io_uring may not be used here.
    ///   `EINVAL`, `EOPNOTSUPP`: the kernel is older than Linux 5.19.
    init() throws(SystemError) {
        // Completions are worked off when the loop waits, not by interrupting it, or it is slower
        // than epoll. The second try is for kernels before 6.1.
        let wishes: [UInt32] = [
            CRING_SETUP_SINGLE_ISSUER | CRING_SETUP_DEFER_TASKRUN, CRING_SETUP_COOP_TASKRUN,
        ]
        var made: OpaquePointer?
        var answer: Int32 = 0
        for wish in wishes {
            answer = cring_create(&made, Self.operationsMaximum, Self.completionsMaximum, wish)
            if answer != -EINVAL { break }
        }
        guard answer == 0, let made else { throw SystemError("io_uring_setup", code: -answer) }
        guard cring_is_sufficient(made) == 1 else {
            cring_destroy(made)
            throw SystemError("io_uring_setup", code: EOPNOTSUPP)
        }
        ring = made
    }

    deinit {
        cring_destroy(ring)
    }

    /// Makes the calling thread the only one that may submit.
    func enable() -> Int32 {
        cring_enable(ring)
    }

    // MARK: Buffers

    func registerBuffers(entries: Int) -> Int32 {
        cring_register_buffers(ring, UInt32(entries))
    }

    /// The kernel finds no buffers from now on.
    func unregisterBuffers() {
        cring_unregister_buffers(ring)
    }

    func addBuffer(_ address: UnsafeMutableRawPointer, identifier: UInt16, distance: Int) {
        cring_add_buffer(
            ring, address, UInt32(BufferPool.dataBytes), identifier, Int32(distance))
    }

    func publishBuffers(_ count: Int) {
        cring_publish_buffers(ring, Int32(count))
    }

    // MARK: Operations, each after a look at `space`

    var space: Int { Int(cring_space(ring)) }

    func receive(_ descriptor: Int32, pollsFirst: Bool, _ tag: RingTag) {
        cring_receive(
            ring, descriptor, UInt32(BufferPool.dataBytes), pollsFirst ? 1 : 0, tag.rawValue)
    }

    func send(_ operation: Operation) {
        let tag = operation.token.rawValue
        if operation.secondCount == 0 {
            cring_send(ring, operation.descriptor, operation.first, operation.firstCount, tag)
        } else {
            cring_send_two(
                ring, operation.descriptor, operation.first, operation.firstCount,
                operation.second, operation.secondCount, tag)
        }
    }

    func accept(_ listener: Int32, _ tag: RingTag) {
        cring_accept(ring, listener, tag.rawValue)
    }

    func connect(_ operation: Operation) {
        cring_connect(
            ring, operation.descriptor, operation.first, operation.firstCount,
            operation.token.rawValue)
    }

    func cancel(rawTag: UInt64) {
        cring_cancel(ring, rawTag, RingTag.unheard.rawValue)
    }

    func close(_ descriptor: Int32) {
        cring_close(ring, descriptor, RingTag.unheard.rawValue)
    }

    func watch(_ descriptor: Int32) {
        cring_watch(ring, descriptor, RingTag.wake.rawValue)
    }

    // MARK: Turns

    /// Hands the operations over and collects what has completed.
    func submit() {
        // Refusals (EINTR, EAGAIN, EBUSY) leave the operations queued for the next call.
        _ = cring_submit(ring)
    }

    /// Hands the operations over and waits for a completion, until the deadline at most.
    func submitAndWait(until deadline: Instant, from now: Instant) {
        if deadline == .distantFuture {
            _ = cring_submit_and_wait(ring, -1)
            return
        }
        let remaining = deadline.nanoseconds(since: now)
        if remaining > 0 {
            _ = cring_submit_and_wait(ring, remaining)
        } else {
            _ = cring_submit(ring)
        }
    }

    var readyCount: Int { Int(cring_ready(ring)) }

    func completion(at index: Int) -> cring_completion {
        cring_completion_at(ring, UInt32(index)).pointee
    }

    func consume(_ count: Int) {
        cring_seen(ring, UInt32(count))
    }
}

/// What a completion belongs to: a worker's token, or something of the driver's own (kind 255),
/// which is then named by its purpose and its descriptor.
struct RingTag: BitwiseCopyable {
    enum Purpose: UInt8, BitwiseCopyable {
        case receive = 1
        case accept = 2
        case wake = 3
        /// Failures nobody waits for: a cancel that came too late.
        case unheard = 4
    }

    let rawValue: UInt64

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    init(_ purpose: Purpose, _ descriptor: Int32) {
        let number = UInt64(UInt32(bitPattern: descriptor))
        rawValue = 0xFF << 56 | UInt64(purpose.rawValue) << 48 | number
    }

    static var wake: RingTag { RingTag(.wake, 0) }
    static var unheard: RingTag { RingTag(.unheard, 0) }

    /// Of the driver's own operations; nil for a worker's token.
    var purpose: Purpose? {
        guard rawValue >> 56 == 0xFF else { return nil }
        return Purpose(rawValue: UInt8(truncatingIfNeeded: rawValue >> 48))
    }

    var descriptor: Int32 { Int32(truncatingIfNeeded: rawValue) }
}
