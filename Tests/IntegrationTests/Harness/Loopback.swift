import Glibc

/// Sockets on the loopback, on ports of the kernel's choice.
enum Loopback {
    /// A listening socket and its address.
    static func listen(backlog: Int32 = 128) -> (descriptor: Int32, port: UInt16) {
        let bound = bind()
        let answer = Glibc.listen(bound.descriptor, backlog)
        precondition(answer == 0, "listening was refused")
        return bound
    }

    /// A socket that owns a port and does not listen: whoever connects to it is refused.
    static func bind() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket()
        var address = address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            let plain = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            let answer = Glibc.bind(descriptor, plain, size)
            precondition(answer == 0, "a port was refused")
            getsockname(descriptor, plain, &size)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// A connection; it is made when the call returns, for the loopback does not delay.
    /// - Parameter receiveBytes: the size of its receive buffer, where a test needs a small one.
    static func connect(to port: UInt16, receiveBytes: Int32? = nil) throws -> Int32 {
        let descriptor = socket()
        if var bytes = receiveBytes {
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = address(port: port)
        let answer = withUnsafePointer(to: &address) { pointer in
            Glibc.connect(
                descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        guard answer == 0 || errno == EINPROGRESS else {
            let code = errno
            close(descriptor)
            throw Disappointment("connecting failed: errno \(code)")
        }
        let deadline = Clock.milliseconds + Patience.milliseconds
        guard Clock.wait(descriptor, for: POLLOUT, until: deadline) else {
            close(descriptor)
            throw Disappointment("connecting took too long")
        }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        guard failure == 0 else {
            close(descriptor)
            throw Disappointment("connecting failed: errno \(failure)")
        }
        return descriptor
    }

    /// A connection to a local socket.
    static func connect(toFile path: String) throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let answer = withUnsafePointer(to: &address) { pointer in
            Glibc.connect(
                descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_un>.size))
        }
        guard answer == 0 else {
            let code = errno
            close(descriptor)
            throw Disappointment("connecting to \(path) failed: errno \(code)")
        }
        return descriptor
    }

    private static func socket() -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(AF_INET, type, 0)
        precondition(descriptor >= 0, "a socket was refused")
        return descriptor
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// An upstream that a test plays itself: it takes connections when the test says so.
final class Upstream {
    private let descriptor: Int32
    let port: UInt16

    init() {
        (descriptor, port) = Loopback.listen()
    }

    deinit {
        close(descriptor)
    }

    /// As an endpoint in a configuration.
    var endpoint: String { "\"127.0.0.1:\(port)\"" }

    /// The next connection, which must come.
    func accept() throws -> Wire {
        let deadline = Clock.milliseconds + Patience.milliseconds
        guard Clock.wait(descriptor, for: POLLIN, until: deadline) else {
            throw Disappointment("nobody connected to the upstream")
        }
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let accepted = accept4(descriptor, nil, nil, flags)
        guard accepted >= 0 else { throw Disappointment("accepting failed: errno \(errno)") }
        return Wire(accepted)
    }

    /// Whether a connection waits to be accepted, now.
    var hasCaller: Bool { Clock.wait(descriptor, for: POLLIN, until: 0) }

    /// Takes a connection, and hears its request.
    func hear() throws -> (wire: Wire, request: Message) {
        let wire = try accept()
        return (wire, try wire.hear())
    }
}

/// A port where nobody listens, for as long as this is held.
final class ClosedPort {
    private let descriptor: Int32
    let port: UInt16

    init() {
        (descriptor, port) = Loopback.bind()
    }

    deinit {
        close(descriptor)
    }

    var endpoint: String { "\"127.0.0.1:\(port)\"" }
}

@_silgen_name("accept4")
private func accept4(
    _ descriptor: Int32, _ address: UnsafeMutableRawPointer?, _ size: UnsafeMutableRawPointer?,
    _ flags: Int32
) -> Int32
