import Glibc
import PlimsollCore

extension SocketAddress {
    /// Reads the kernel's form; nil for what is not an IP address, a local socket's path say.
    public init?(_ address: SystemAddress) {
        switch address.domain {
        case AF_INET:
            var plain = sockaddr_in()
            address.copyPlain(to: &plain)
            self.init(
                v4: UInt32(bigEndian: plain.sin_addr.s_addr),
                port: UInt16(bigEndian: plain.sin_port)
            )
        case AF_INET6:
            var plain = sockaddr_in6()
            address.copyPlain(to: &plain)
            let (high, low) = withUnsafeBytes(of: plain.sin6_addr) { bytes in
                (
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
            self.init(v6: high, low, port: UInt16(bigEndian: plain.sin6_port))
        default:
            return nil
        }
    }

    /// Who is at the other end of a connection; nil on a local socket and when it is gone already.
    public init?(peerOf descriptor: Int32) {
        // The error says only that the connection has ended, which its next receive tells anyway.
        guard let address = try? SystemAddress(peerOf: descriptor) else { return nil }
        self.init(address)
    }
}

extension SystemAddress {
    /// The kernel's form of an IP address.
    public init(_ address: SocketAddress) {
        switch address.family {
        case .v4:
            var plain = sockaddr_in()
            plain.sin_family = sa_family_t(AF_INET)
            plain.sin_port = address.port.bigEndian
            plain.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
            self.init(plain: plain)
        case .v6:
            var plain = sockaddr_in6()
            plain.sin6_family = sa_family_t(AF_INET6)
            plain.sin6_port = address.port.bigEndian
            withUnsafeMutableBytes(of: &plain.sin6_addr) { bytes in
                bytes.storeBytes(of: address.high.bigEndian, toByteOffset: 0, as: UInt64.self)
                bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            self.init(plain: plain)
        }
    }

    // The kernel's forms are plain C structures, smaller than the storage.
    private init<Plain>(plain: Plain) {
        var storage = sockaddr_storage()
        Swift.withUnsafeMutableBytes(of: &storage) { room in
            Swift.withUnsafeBytes(of: plain) { room.copyMemory(from: $0) }
        }
        self.init(storage: storage, count: MemoryLayout<Plain>.size)
    }

    fileprivate func copyPlain<Plain>(to plain: inout Plain) {
        Swift.withUnsafeBytes(of: storage) { bytes in
            Swift.withUnsafeMutableBytes(of: &plain) { room in
                room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<room.count]))
            }
        }
    }
}

extension SystemAddress: CustomStringConvertible {
    /// `192.0.2.1:80`, `[2001:db8::1]:80` or `unix:/path`. Allocates: for messages.
    public var description: String {
        if let address = SocketAddress(self) { return address.description }
        return "unix:\(path ?? "(unnamed)")"
    }
}
