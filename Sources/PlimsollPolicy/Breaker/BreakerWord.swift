import PlimsollCore

/// A breaker's state in 64 bits, so that a wrapper can publish it in one atomic and arrivals can
/// read it without a lock.
public struct BreakerWord: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The kind in the two bits on top, an epoch or an instant in the rest.
    public var rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public enum Meaning: Equatable, Sendable {
        /// Pass, with ``BreakerPass/init(closedEpoch:)``.
        case closed(epoch: UInt32)
        /// Refuse until then; from then on ask the breaker.
        case open(until: Instant)
        /// Ask the breaker: there may be room for a probe.
        case halfOpen
        /// All probes are out: refuse, but from `until` on ask the breaker, which then gives up
        /// on one.
        case halfOpenFull(until: Instant)
    }

    private static let payloadMask: UInt64 = (1 << 62) - 1

    public init(_ meaning: Meaning) {
        switch meaning {
        case .closed(let epoch): rawValue = UInt64(epoch)
        case .open(let until): rawValue = 1 << 62 | Self.payload(until)
        case .halfOpen: rawValue = 2 << 62
        case .halfOpenFull(let until): rawValue = 3 << 62 | Self.payload(until)
        }
    }

    public var meaning: Meaning {
        let payload = rawValue & Self.payloadMask
        switch rawValue >> 62 {
        case 0: return .closed(epoch: UInt32(truncatingIfNeeded: payload))
        case 1: return .open(until: Instant(nanoseconds: Int64(payload)))
        case 2: return .halfOpen
        default: return .halfOpenFull(until: Instant(nanoseconds: Int64(payload)))
        }
    }

    /// 62 bits of nanoseconds are 146 years of uptime; an instant before the origin is in the past
    /// in any case.
    private static func payload(_ instant: Instant) -> UInt64 {
        min(UInt64(max(0, instant.nanoseconds)), payloadMask)
    }
}
