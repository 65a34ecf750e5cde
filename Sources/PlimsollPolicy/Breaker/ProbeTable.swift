import PlimsollCore

/// The probes of one half-open spell: who is out since when, and how many came back well.
struct ProbeTable: Sendable {
    /// Bit n is set while place n is taken.
    private var taken: UInt32 = 0
    private var admittedAt = InlineArray<32, Instant>(repeating: Instant(nanoseconds: 0))
    /// Probes that succeeded in this spell.
    var succeeded = 0

    var inFlight: Int { taken.nonzeroBitCount }

    /// Takes the lowest free place; there must be one.
    mutating func admit(at now: Instant) -> UInt8 {
        let place = (~taken).trailingZeroBitCount
        precondition(place < BreakerSettings.probesMaximum, "more probes than a breaker may have")
        taken |= 1 << UInt32(place)
        admittedAt[place] = now
        return UInt8(place)
    }

    mutating func settle(_ place: UInt8) {
        precondition(taken & (1 << UInt32(place)) != 0, "a probe settled twice")
        taken &= ~(1 << UInt32(place))
    }

    /// When the probe that has been out longest left; nil when none is out.
    var oldest: Instant? {
        var rest = taken
        var oldest: Instant?
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            oldest = min(oldest ?? .distantFuture, admittedAt[place])
            rest &= rest - 1
        }
        return oldest
    }
}
