/// An IP address and a port: a plain value of 24 bytes, kept per connection without allocation.
@frozen
public struct SocketAddress: Hashable, Sendable, BitwiseCopyable {
    @frozen
    public enum Family: UInt8, Sendable, BitwiseCopyable {
        case v4
        case v6
    }

    /// The upper half of an IPv6 address as a number (its first byte is the highest); 0 for IPv4.
    public let high: UInt64
    /// The lower half of an IPv6 address, or an IPv4 address in the lower 32 bits.
    public let low: UInt64
    public let port: UInt16
    public let family: Family

    /// An IPv4 address as a number: 127.0.0.1 is 0x7F000001.
    @inlinable
    public init(v4 address: UInt32, port: UInt16) {
        high = 0
        low = UInt64(address)
        self.port = port
        family = .v4
    }

    @inlinable
    public init(v6 high: UInt64, _ low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
        family = .v6
    }

    /// Parses `192.0.2.1:80` or `[2001:db8::1]:80`; nil for anything else, names included.
    public init?(parsing text: Span<UInt8>) {
        var colon = text.count - 1
        while colon >= 0 && text[colon] != 0x3A { colon -= 1 }
        guard colon > 0, text.count - colon <= 6 else { return nil }
        guard let number = ASCII.decimal(text.extracting((colon + 1)...)),
            let port = UInt16(exactly: number)
        else { return nil }
        let host = text.extracting(..<colon)
        let isBracketed = host[0] == 0x5B && host[host.count - 1] == 0x5D
        let bare = isBracketed && host.count > 2 ? host.extracting(1..<host.count - 1) : host
        guard let address = SocketAddress(parsingHost: bare, port: port) else { return nil }
        // A bare IPv6 address before a port could be read in two ways.
        guard (address.family == .v6) == isBracketed else { return nil }
        self = address
    }

    public init?(parsing text: String) {
        let bytes = Array(text.utf8)
        self.init(parsing: bytes.span)
    }

    /// Parses `192.0.2.1` or `2001:db8::1`, without brackets and port.
    public init?(parsingHost text: Span<UInt8>, port: UInt16) {
        if let address = AddressText.parseV4(text) {
            self.init(v4: address, port: port)
        } else if let (high, low) = AddressText.parseV6(text) {
            self.init(v6: high, low, port: port)
        } else {
            return nil
        }
    }

    public func with(port: UInt16) -> SocketAddress {
        family == .v4
            ? SocketAddress(v4: UInt32(truncatingIfNeeded: low), port: port)
            : SocketAddress(v6: high, low, port: port)
    }

    /// The IPv4 address that an IPv6 socket writes as `::ffff:192.0.2.1`, as IPv4; any other
    /// address as it is.
    public var unmapped: SocketAddress {
        guard family == .v6 && high == 0 && low >> 32 == 0xFFFF else { return self }
        return SocketAddress(v4: UInt32(truncatingIfNeeded: low), port: port)
    }

    /// 127.0.0.0/8, ::1, and the former written as IPv6.
    public var isLoopback: Bool {
        let address = unmapped
        switch address.family {
        case .v4: return address.low >> 24 == 127
        case .v6: return address.high == 0 && address.low == 1
        }
    }

    /// 0.0.0.0 or ::, which a listener takes for every address.
    public var isUnspecified: Bool { high == 0 && low == 0 }

    /// Most bytes that ``write(into:)`` writes.
    public static var textBytesMaximum: Int { 47 }

    /// Writes `192.0.2.1:80` or `[2001:db8::1]:80`.
    public func write(into writer: inout ByteWriter) {
        if family == .v6 { writer.append(0x5B) }
        writeHost(into: &writer)
        if family == .v6 { writer.append(0x5D) }
        writer.append(0x3A)
        writer.append(decimal: UInt64(port))
    }

    /// Writes the address without port and brackets, IPv6 as RFC 5952 has it.
    public func writeHost(into writer: inout ByteWriter) {
        switch family {
        case .v4: AddressText.writeV4(UInt32(truncatingIfNeeded: low), into: &writer)
        case .v6: AddressText.writeV6(high, low, into: &writer)
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The address as text. Allocates: for messages, not for requests.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textBytesMaximum) { memory in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            write(into: &writer)
            return writer.count
        }
    }
}
