import PlimsollCore

/// Where somebody listens: the meaningful bytes of a kernel's socket address.
public struct SimulatedAddress: Hashable, Sendable {
    /// Family (2 bytes, host order), then for IP the port and the address, else the path.
    let bytes: [UInt8]
    let family: UInt16

    private static let internet4: UInt16 = 2
    private static let internet6: UInt16 = 10
    private static let local: UInt16 = 1

    /// Reads what a `connect` operation points to.
    init(kernelForm memory: UnsafeRawBufferPointer) {
        require(memory.count >= 2, "a socket address has a family")
        family = memory.loadUnaligned(as: UInt16.self)
        let body = memory.dropFirst(2)
        switch family {
        case Self.internet4:
            require(memory.count >= 8, "an IPv4 socket address has a port and an address")
            bytes = Array(body.prefix(6))
        case Self.internet6:
            require(memory.count >= 24, "an IPv6 socket address has a port and an address")
            // The flow label between the two names nobody.
            bytes = Array(body.prefix(2)) + Array(body.dropFirst(6).prefix(16))
        case Self.local:
            bytes = Array(body.prefix { $0 != 0 })
        default:
            fatalError("no simulated network has the address family \(family)")
        }
    }

    /// An IPv4 address.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        family = Self.internet4
        bytes = [UInt8(port >> 8), UInt8(port & 0xFF), a, b, c, d]
    }

    /// A socket of the local machine.
    public init(path: String) {
        family = Self.local
        bytes = Array(path.utf8)
    }

    /// The bytes that the kernel's calls take.
    public var kernelForm: [UInt8] {
        let head = [UInt8(family & 0xFF), UInt8(family >> 8)]
        switch family {
        case Self.internet4:
            return head + bytes + [UInt8](repeating: 0, count: 8)
        case Self.internet6:
            return head + bytes[0..<2] + [0, 0, 0, 0] + bytes[2...] + [0, 0, 0, 0]
        default:
            return head + bytes + [0]
        }
    }
}
