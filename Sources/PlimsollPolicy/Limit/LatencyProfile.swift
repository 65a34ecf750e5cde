/// How latencies are distributed: counts and sums in four classes an octave.
///
/// The sums keep the mean exact, and profiles of several loops merge into the one of all. What
/// the classes are for is ``LimitBaseline/cut``: a mean in which a few very slow answers do not
/// drown what a queue adds to all the others.
public struct LatencyProfile: Sendable {
    /// From 8 µs, below which nothing is distinguished, to 36 minutes.
    static var classCount: Int { 112 }
    private static var lowestExponent: Int { 13 }

    public private(set) var count = 0
    /// Nanoseconds.
    public private(set) var sum: Int64 = 0
    private var counts = InlineArray<112, UInt32>(repeating: 0)
    private var sums = InlineArray<112, Int64>(repeating: 0)

    public init() {}

    /// Takes in one latency.
    @inline(__always)
    public mutating func record(_ nanoseconds: Int64) {
        count += 1
        sum &+= nanoseconds
        let position = Self.position(of: nanoseconds)
        counts[position] &+= 1
        sums[position] &+= nanoseconds
    }

    @inline(__always)
    static func position(of nanoseconds: Int64) -> Int {
        let value = max(nanoseconds, 1 << lowestExponent)
        let exponent = 63 - value.leadingZeroBitCount
        let quarter = Int(truncatingIfNeeded: value >> Int64(exponent - 2)) & 3
        return min(classCount - 1, (exponent - lowestExponent) * 4 + quarter)
    }

    /// Takes in what another loop saw.
    public mutating func merge(_ other: borrowing LatencyProfile) {
        count += other.count
        sum &+= other.sum
        for position in 0..<Self.classCount {
            counts[position] &+= other.counts[position]
            sums[position] &+= other.sums[position]
        }
    }

    /// Count and sum of one class.
    func samples(at position: Int) -> (count: Double, sum: Double) {
        (Double(counts[position]), Double(sums[position]))
    }

    /// The mean, in nanoseconds; 0 without a sample.
    public var mean: Double { count > 0 ? Double(sum) / Double(count) : 0 }

    /// Mean and variance of the latencies, those above `cut` counted as `cut`.
    func moments(cut: Double) -> (mean: Double, variance: Double) {
        var moments = CutMoments(cut: cut)
        for position in 0..<Self.classCount where counts[position] > 0 {
            moments.add(count: Double(counts[position]), sum: Double(sums[position]))
        }
        return (moments.mean, moments.variance)
    }
}

/// Adds up classes of latencies, whose samples count as their class's mean, or as the cut if that
/// is less.
struct CutMoments {
    private let cut: Double
    private var weight = 0.0
    private var sum = 0.0
    private var squares = 0.0

    init(cut: Double) {
        self.cut = cut
    }

    mutating func add(count: Double, sum classSum: Double) {
        let value = min(classSum / count, cut)
        weight += count
        sum += value * count
        squares += value * value * count
    }

    var mean: Double { weight > 0 ? sum / weight : 0 }

    var variance: Double {
        weight > 0 ? max(0, squares / weight - mean * mean) : 0
    }
}
