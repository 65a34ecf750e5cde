/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressRange: Hashable, Sendable {
    let high: UInt64
    let low: UInt64
    let highMask: UInt64
    let lowMask: UInt64
    let family: SocketAddress.Family

    /// Parses a block; nil if it is none, if the prefix is longer than the address, or if bits
    /// beyond the prefix are set, which is more often a slip than a wish.
    public init?(parsing text: String) {
        let bytes = Array(text.utf8)
        let slash = bytes.firstIndex(of: 0x2F) ?? bytes.count
        let host = bytes.span.extracting(..<slash)
        guard let address = SocketAddress(parsingHost: host, port: 0) else { return nil }
        let width: Int64 = address.family == .v4 ? 32 : 128
        var prefix = width
        if slash < bytes.count {
            guard let number = ASCII.decimal(bytes.span.extracting((slash + 1)...)),
                number <= width
            else { return nil }
            prefix = number
        }
        family = address.family
        // Counted from the top of 128 bits; IPv4 lies in the lowest 32.
        let bits = 128 - width + prefix
        highMask = Self.mask(bits)
        lowMask = Self.mask(bits - 64)
        high = address.high
        low = address.low
        guard high & ~highMask == 0 && low & ~lowMask == 0 else { return nil }
    }

    /// Whether the address lies in the block, its port aside. An IPv4 address that came through
    /// an IPv6 socket counts as IPv4.
    public func contains(_ address: SocketAddress) -> Bool {
        let address = address.unmapped
        return address.family == family && address.high & highMask == high
            && address.low & lowMask == low
    }

    /// A number whose upper `bits` bits are set; fewer than 1 sets none, more than 64 all.
    private static func mask(_ bits: Int64) -> UInt64 {
        if bits <= 0 { return 0 }
        return bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
    }
}
