/// Chance that can be replayed: the same seed gives the same numbers on every machine.
///
/// SplitMix64 (Steele, Lea, Flood 2014): one addition and three multiplications-and-shifts a
/// number, any seed is good, passes BigCrush. Not for secrets.
@frozen
public struct RandomSource: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable
    public init(seed: UInt64) {
        state = seed
    }

    /// 64 random bits.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 up to but not including `bound`, which is at least 1.
    ///
    /// Multiply and shift, without the rejection step: the bias is at most `bound / 2^64`, which
    /// nothing that balances or jitters can see.
    @inlinable
    public mutating func next(below bound: Int) -> Int {
        precondition(bound >= 1, "there is no number below this bound")
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number from 0 up to but not including 1, with 53 random bits.
    @inlinable
    public mutating func unitInterval() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A source that runs independently of this one, for a part with a stream of its own.
    @inlinable
    public mutating func split() -> RandomSource {
        RandomSource(seed: next())
    }
}
