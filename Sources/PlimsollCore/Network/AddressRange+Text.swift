extension AddressRange: CustomStringConvertible {
    /// The block in CIDR notation, a single address without its prefix. Allocates: for messages
    /// and printed configurations.
    public var description: String {
        let prefix = highMask.leadingZeroBitCount == 0 ? (~highMask).leadingZeroBitCount : 0
        let bits = prefix < 64 ? prefix : 64 + (~lowMask).leadingZeroBitCount
        let address =
            family == .v4
            ? SocketAddress(v4: UInt32(truncatingIfNeeded: low), port: 0)
            : SocketAddress(v6: high, low, port: 0)
        let host = String(unsafeUninitializedCapacity: SocketAddress.textBytesMaximum) { memory in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            address.writeHost(into: &writer)
            return writer.count
        }
        guard bits < 128 else { return host }
        return "\(host)/\(family == .v4 ? bits - 96 : bits)"
    }
}
