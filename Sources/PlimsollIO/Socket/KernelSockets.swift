import CLinux
import Glibc
import PlimsollCore

/// Sockets of the kernel, made with system calls that do not block. Used by one thread.
///
/// Clients that took every descriptor would all be refused, for none would be left to reach an
/// upstream with. So where descriptors are scarce some are held back: open on nothing, they make
/// the kernel refuse clients early, and each is given up for a socket that could not be made
/// otherwise.
public final class KernelSockets: SocketSource {
    private let reserveMaximum: Int
    private var reserve: [Int32] = []

    /// - Parameter reserve: descriptors to hold back for sockets made here; 0 for none.
    public init(reserve: Int = 0) {
        reserveMaximum = reserve
        refillReserve(besides: 0)
    }

    deinit {
        for descriptor in reserve {
            Glibc.close(descriptor)
        }
    }

    public func refillReserve(besides open: Int) {
        while reserve.count + open < reserveMaximum {
            let descriptor = clinux_eventfd()
            guard descriptor >= 0 else { return }
            reserve.append(descriptor)
        }
    }

    public func makeSocket(_ family: SocketFamily) -> Int32 {
        let domain: Int32
        switch family {
        case .internet4: domain = AF_INET
        case .internet6: domain = AF_INET6
        case .local: domain = AF_UNIX
        }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        var descriptor = socket(domain, type, 0)
        // Another loop may take what is given up here: then one more is.
        while descriptor < 0, errno == EMFILE, let held = reserve.popLast() {
            Glibc.close(held)
            descriptor = socket(domain, type, 0)
        }
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

    public func peerAddress(of descriptor: Int32) -> SocketAddress {
        // A local socket's peer, or one that is gone already, has no address to speak of.
        guard let address = try? SystemAddress(peerOf: descriptor),
            let peer = SocketAddress(address)
        else { return SocketAddress(v4: 0, port: 0) }
        return peer.unmapped
    }

    public func acceptNow(_ listener: Int32) -> Int32 {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return -errno }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return descriptor
    }

    public func closeNow(_ listener: Int32) {
        Glibc.close(listener)
    }
}
