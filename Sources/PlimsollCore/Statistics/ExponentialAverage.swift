/// A mean in which each new sample weighs a fixed share and old ones fade.
@frozen
public struct ExponentialAverage: Sendable {
    /// The mean; 0 before the first sample.
    public private(set) var value: Double = 0
    let weight: Double
    var hasSample = false

    /// - Parameter weight: the share of a new sample; above 0, at most 1.
    public init(weight: Double) {
        precondition(weight > 0 && weight <= 1, "a sample's weight is a share")
        self.weight = weight
    }

    /// Takes a sample in. The first one is the mean.
    public mutating func record(_ sample: Double) {
        value = hasSample ? value + weight * (sample - value) : sample
        hasSample = true
    }
}
