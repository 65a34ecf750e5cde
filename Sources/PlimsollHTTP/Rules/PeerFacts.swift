import PlimsollCore

/// What forwarding fields say about the peer of a connection, prepared once when it is accepted.
public struct PeerFacts: BitwiseCopyable, Sendable {
    private var text: InlineArray<48, UInt8>
    private var count: UInt8
    /// Among `trusted_proxies`: what it says about others before it is believed.
    public let isTrusted: Bool
    /// It speaks TLS to us.
    public let isSecure: Bool
    /// Its address has colons, which RFC 7239 wants in brackets and quotes.
    public let isV6: Bool

    /// - Parameter address: nil for peers without one (a unix socket), which are `unknown`.
    public init(_ address: SocketAddress?, isTrusted: Bool, isSecure: Bool) {
        self.isTrusted = isTrusted
        self.isSecure = isSecure
        isV6 = address?.unmapped.family == .v6
        var text = InlineArray<48, UInt8>(repeating: 0)
        var span = text.mutableSpan
        count = span.withUnsafeMutableBytes { memory in
            var writer = ByteWriter(memory)
            if let address {
                address.unmapped.writeHost(into: &writer)
            } else {
                writer.append("unknown")
            }
            return UInt8(writer.count)
        }
        self.text = text
    }

    /// Appends the address, without port and brackets.
    @inline(__always)
    public func write(into writer: inout ByteWriter) {
        text.span.withUnsafeBytes { bytes in
            writer.append(UnsafeRawBufferPointer(rebasing: bytes[0..<Int(count)]))
        }
    }
}
