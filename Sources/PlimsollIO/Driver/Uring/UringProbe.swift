import Glibc
import PlimsollCore

/// Finds out whether io_uring does here what ``UringDriver`` needs, by letting one work.
enum UringProbe {
    /// Why not, in words; nil when everything worked.
    static func refusal() -> String? {
        do {
            let pool = BufferPool(capacity: 4)
            return converse(with: try UringDriver(pool: pool), pool)
        } catch {
            return words(for: error.code)
        }
    }

    /// The usual causes, for who reads the log. A container's seccomp profile cannot be told from
    /// the sysctl.
    static func words(for number: Int32) -> String {
        switch number {
        case EPERM, EACCES: return "EPERM, likely seccomp or kernel.io_uring_disabled"
        case ENOSYS: return "ENOSYS, a kernel or a container runtime without io_uring"
        case EINVAL, EOPNOTSUPP: return "the kernel is older than Linux 5.19"
        case ENOMEM: return "ENOMEM, likely the limit of locked memory (RLIMIT_MEMLOCK)"
        case EMFILE, ENFILE: return "no descriptor is left (RLIMIT_NOFILE)"
        default: return SystemError("io_uring_setup", code: number).reason
        }
    }

    // One message through a pair of local sockets, received before it was sent: waiting,
    // provided buffers, sending and closing, all in one.
    private static func converse(with driver: UringDriver, _ pool: BufferPool) -> String? {
        var ends: (near: Int32, far: Int32) = (-1, -1)
        let answer = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) { numbers in
                socketpair(
                    AF_UNIX,
                    Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
                    0, numbers)
            }
        }
        guard answer == 0 else { return words(for: SystemCall.lastError) }
        defer {
            close(ends.near)
            close(ends.far)
        }
        return withUnsafeTemporaryAllocation(byteCount: 4, alignment: 1) { message in
            message.copyBytes(from: [0x70, 0x69, 0x6E, 0x67])
            return converse(with: driver, pool, ends, UnsafeRawBufferPointer(message))
        }
    }

    private static func converse(
        with driver: UringDriver, _ pool: BufferPool, _ ends: (near: Int32, far: Int32),
        _ message: UnsafeRawBufferPointer
    ) -> String? {
        let receive = OperationToken(rawValue: 1)
        let send = OperationToken(rawValue: 2)
        var operations = OperationQueue(initialCapacity: 4)
        var completions = CompletionQueue(initialCapacity: 4)
        operations.append(.receive(ends.near, receive))
        operations.append(.send(ends.far, message, send))
        let patience = MonotonicClock.now.advanced(byNanoseconds: 1_000_000_000)
        var isReceived = false
        var isSent = false
        while !isReceived || !isSent {
            let now = driver.turn(
                performing: &operations, until: patience, completions: &completions)
            for index in 0..<completions.count {
                let completion = completions[index]
                if completion.result < 0 { return words(for: -completion.result) }
                let isWhole = completion.result == Int32(message.count)
                isSent = isSent || completion.token == send && isWhole
                if completion.token == receive, !completion.buffer.isNone {
                    let bytes = UnsafeRawBufferPointer(
                        start: pool.data(completion.buffer), count: Int(completion.result))
                    isReceived = bytes.elementsEqual(message)
                    pool.give(completion.buffer)
                }
            }
            completions.removeAll()
            if now >= patience { return "it took operations and did not complete them" }
        }
        return nil
    }
}
