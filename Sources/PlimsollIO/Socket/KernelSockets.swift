import Glibc
import PlimsollCore

/// Sockets of the kernel, made with system calls that do not block.
public final class KernelSockets: SocketSource {
    public init() {}

    public func makeSocket(_ family: SocketFamily) -> Int32 {
        let domain: Int32
        switch family {
        case .internet4: domain = AF_INET
        case .internet6: domain = AF_INET6
        case .local: domain = AF_UNIX
        }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(domain, type, 0)
        guard descriptor >= 0 else { return -errno }
        if family != .local {
            setNoDelay(descriptor)
        }
        return descriptor
    }

    public func setNoDelay(_ descriptor: Int32) {
        // Fails on a local socket and on a connection that is gone already; neither needs it.
        var enabled: Int32 = 1
        _ = setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &enabled,
            socklen_t(MemoryLayout<Int32>.size))
    }
}
