import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

/// What tells a route's tenants apart, and the hash that makes numbers of them: keyed, so that
/// nobody can choose a name that falls together with another's.
enum TenantKey: Sendable {
    case clientAddress(KeyedHash)
    case header(FieldSelector, KeyedHash)

    init(_ settings: TenantSettings, seed: UInt64) {
        var random = RandomSource(seed: seed)
        switch settings {
        case .clientAddress: self = .clientAddress(KeyedHash(&random))
        case .header(let name): self = .header(FieldSelector(name), KeyedHash(&random))
        }
    }

    /// A tenant by the name that a request states. Without a value it is nobody's.
    static func tenant(_ hash: KeyedHash, _ value: Span<UInt8>) -> UInt32 {
        value.isEmpty ? 0 : folded(hash.hash(value))
    }

    /// A tenant by address: of IPv6 the first 64 bits, since a client has all that follow.
    static func tenant(_ hash: KeyedHash, _ address: SocketAddress) -> UInt32 {
        let address = address.unmapped
        return folded(
            address.family == .v4 ? hash.hash(0, address.low) : hash.hash(1, address.high))
    }

    /// Never 0, which stands for nobody.
    private static func folded(_ hash: UInt64) -> UInt32 {
        max(1, UInt32(truncatingIfNeeded: hash))
    }
}
