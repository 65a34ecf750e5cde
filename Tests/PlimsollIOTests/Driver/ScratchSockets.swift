import Glibc

/// Sockets for a test, and the far end's side of a conversation in plain system calls.
enum ScratchSockets {
    /// Two connected local stream sockets, non-blocking both.
    static func pair() -> (near: Int32, far: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let answer = socketpair(AF_UNIX, type, 0, &ends)
        precondition(answer == 0, "a socket pair was refused")
        return (ends[0], ends[1])
    }

    /// Two connected TCP sockets on the loopback.
    static func internetPair() -> (near: Int32, far: Int32) {
        let listener = listen()
        let far = connecting(to: listener.port)
        waitUntilReadable(listener.descriptor)
        let near = accept(listener.descriptor, nil, nil)
        precondition(near >= 0, "a connection over the loopback was refused")
        _ = fcntl(near, F_SETFL, O_NONBLOCK)
        Glibc.close(listener.descriptor)
        return (near, far)
    }

    /// A non-blocking TCP socket that is not connected.
    static func socket() -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(AF_INET, type, 0)
        precondition(descriptor >= 0, "a socket was refused")
        return descriptor
    }

    /// A listener on a port of the kernel's choice.
    static func listen(backlog: Int32 = 512) -> (descriptor: Int32, port: UInt16) {
        let descriptor = bound()
        let answer = Glibc.listen(descriptor.descriptor, backlog)
        precondition(answer == 0, "listening was refused")
        return descriptor
    }

    /// A socket that owns a port but does not listen: connecting to it is refused.
    static func bound() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket()
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            let plain = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            let answer = bind(descriptor, plain, size)
            precondition(answer == 0, "a port was refused")
            getsockname(descriptor, plain, &size)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// A socket that has begun to connect.
    static func connecting(to port: UInt16) -> Int32 {
        let descriptor = socket()
        var address = loopback(port: port)
        _ = withUnsafePointer(to: &address) { pointer in
            connect(
                descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        return descriptor
    }

    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    static func shrinkSendBuffer(_ descriptor: Int32) {
        var bytes: Int32 = 4096
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Writes all that the socket takes. Returns how much that was.
    @discardableResult
    static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
        send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// What has arrived; empty at the end of the stream, nil when there is nothing yet.
    static func read(_ descriptor: Int32, atMost maximum: Int = 1 << 20) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: maximum)
        let count = recv(descriptor, &bytes, maximum, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(bytes[..<count])
    }

    static func endSending(_ descriptor: Int32) {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    static func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }

    static func reset(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        Glibc.close(descriptor)
    }

    static func waitUntilReadable(_ descriptor: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 5_000)
    }
}

/// Bytes that stay where they are while an operation names them.
final class ScratchBytes {
    let all: UnsafeRawBufferPointer

    init(_ bytes: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        copy.copyBytes(from: bytes)
        all = UnsafeRawBufferPointer(copy)
    }

    convenience init<Value: BitwiseCopyable>(of value: Value) {
        self.init(withUnsafeBytes(of: value) { Array($0) })
    }

    /// Bytes in which a piece that is lost or swapped shows: every 251 another beginning.
    static func pattern(count: Int) -> [UInt8] {
        let period = (0..<251).map { UInt8($0) }
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, used in
            for start in stride(from: 0, to: count, by: 251) {
                let end = min(start + 251, count)
                _ = bytes[start..<end].update(fromContentsOf: period[..<(end - start)])
                bytes[start] = UInt8(truncatingIfNeeded: start / 251)
            }
            used = count
        }
    }

    deinit {
        all.deallocate()
    }
}
