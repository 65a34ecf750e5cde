import PlimsollCore

/// Everything random in a simulation, from one seed: the same seed draws the same lots.
public struct Chance {
    private var source: RandomSource

    public init(seed: UInt64) {
        source = RandomSource(seed: seed)
    }

    /// 64 random bits.
    public mutating func bits() -> UInt64 {
        source.next()
    }

    /// 0 ..< bound.
    public mutating func below(_ bound: Int) -> Int {
        source.next(below: bound)
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
        source.unitInterval()
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
