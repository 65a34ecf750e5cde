import Glibc
import PlimsollCore

/// A stream socket's address in the form that the kernel takes: IPv4, IPv6 or a local path.
///
/// Unsafe pointers: the storage is as large as any address, `count` never exceeds it, and the
/// pointers lent out end with the closure that they are lent to.
public struct SystemAddress: Sendable {
    var storage: sockaddr_storage
    /// Bytes of the address that count.
    public private(set) var count: Int

    /// The longest path of a local socket, its ending zero excluded.
    public static var pathBytesMaximum: Int { 107 }

    /// A local socket's address.
    /// - Parameter path: a file's path, or `@name` for the abstract namespace; 1 to
    ///   ``pathBytesMaximum`` bytes.
    /// - Throws: `ENAMETOOLONG` or `EINVAL` as the kernel would.
    public init(path: String) throws(SystemError) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0) else { throw SystemError("bind", code: EINVAL) }
        guard bytes.count <= SystemAddress.pathBytesMaximum else {
            throw SystemError("bind", code: ENAMETOOLONG)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: bytes)
            if isAbstract {
                room[0] = 0
            }
        }
        storage = sockaddr_storage()
        // An abstract name has no ending zero: every byte that counts is part of it.
        count =
            MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + bytes.count + (isAbstract ? 0 : 1)
        withUnsafeMutableBytes(of: &storage) { room in
            Swift.withUnsafeBytes(of: &address) { room.copyMemory(from: $0) }
        }
    }

    init(storage: sockaddr_storage, count: Int) {
        self.storage = storage
        self.count = count
    }

    /// The address that a socket is bound to.
    public init(localOf descriptor: Int32) throws(SystemError) {
        try self.init("getsockname") { getsockname(descriptor, $0, $1) }
    }

    /// The address of who is at the other end of a connection.
    public init(peerOf descriptor: Int32) throws(SystemError) {
        try self.init("getpeername") { getpeername(descriptor, $0, $1) }
    }

    private init(
        _ name: String,
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SystemError) {
        var storage = sockaddr_storage()
        var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                call(address, &count) == 0 ? 0 : SystemCall.lastError
            }
        }
        guard code == 0 else { throw SystemError(name, code: code) }
        self.storage = storage
        self.count = Int(count)
    }

    /// The kernel's number for the kind of address, such as `AF_INET6`.
    public var domain: Int32 { Int32(storage.ss_family) }

    /// What kind of socket speaks to it; nil for kinds that plimsoll does not know.
    public var family: SocketFamily? {
        switch domain {
        case AF_INET: .internet4
        case AF_INET6: .internet6
        case AF_UNIX: .local
        default: nil
        }
    }

    /// A local socket's path (`@name` for an abstract one); nil for the unnamed and for TCP.
    public var path: String? {
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)!
        guard domain == AF_UNIX, count > offset else { return nil }
        return withUnsafeBytes { bytes in
            var name = Array(bytes[offset...])
            if name[0] == 0 {
                name[0] = UInt8(ascii: "@")
            } else if let end = name.firstIndex(of: 0) {
                name.removeSubrange(end...)
            }
            return String(decoding: name, as: UTF8.self)
        }
    }

    /// Lends the bytes that count.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    /// Lends the address as `bind` and `connect` take it.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(count)) }
        }
    }
}

/// An address at a fixed place in memory, as an ``Operation/connect(_:to:count:_:)`` that is out
/// must be able to point to. Made when a configuration is loaded, shared by every loop.
///
/// Unsafe pointers: the memory is written once in `init`, only read afterwards, and freed with the
/// object, which outlives every connect because the plan that holds it does.
public final class ConnectAddress: @unchecked Sendable {
    /// The address's first byte.
    public let bytes: UnsafeRawPointer
    /// Its length in bytes.
    public let count: Int
    /// What kind of socket connects to it.
    public let family: SocketFamily

    /// - Parameter address: of a kind that ``SystemAddress/family`` knows.
    public init(_ address: SystemAddress) {
        guard let family = address.family else {
            preconditionFailure("an address of domain \(address.domain) cannot be connected to")
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: address.count, alignment: 8)
        address.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        bytes = UnsafeRawPointer(memory)
        count = address.count
        self.family = family
    }

    deinit {
        UnsafeMutableRawPointer(mutating: bytes).deallocate()
    }
}
