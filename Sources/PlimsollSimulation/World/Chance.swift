import PlimsollCore

/// Everything random in a simulation, from one seed: the same seed draws the same lots.
public struct Chance {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// 64 random bits (SplitMix64).
    public mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 ..< bound.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound >= 1, "nothing lies below \(bound)")
        return Int(bits().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of the range, both ends included.
    public mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// A number of the range, both ends included.
    public mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// Whether something of this probability comes true.
    public mutating func happens(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// 0 ..< 1.
    public mutating func unit() -> Double {
        Double(bits() >> 11) * 0x1p-53
    }

    /// One of the elements.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// A stream of its own, so that one actor's draws do not shift another's.
    public mutating func fork() -> Chance {
        Chance(seed: bits())
    }
}
