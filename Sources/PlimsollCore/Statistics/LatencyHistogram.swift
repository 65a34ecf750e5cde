/// How latencies are distributed: counts in buckets whose width grows with the latency, 16 for
/// each doubling, so that any quantile is right to 6 %.
///
/// Buckets are the same in every histogram: adding two is adding their counts. They start at
/// 2^10 ns, as nothing a proxy does is worth timing more finely, and end at 18 minutes, beyond
/// which everything falls into the last one.
public struct LatencyHistogram: Sendable {
    /// Buckets of every histogram.
    public static var bucketCount: Int { 432 }

    var counts: [UInt64]
    /// Latencies recorded.
    public private(set) var count: UInt64 = 0
    /// Their sum, in nanoseconds; wraps after 584 years of waiting.
    public private(set) var sumNanoseconds: UInt64 = 0
    /// The longest, in nanoseconds.
    public private(set) var maximumNanoseconds: UInt64 = 0

    public init() {
        counts = Array(repeating: 0, count: Self.bucketCount)
    }

    /// The bucket of a latency; a negative one counts as 0.
    @inlinable
    public static func bucket(nanoseconds: Int64) -> Int {
        let units = UInt64(max(0, nanoseconds)) >> 10
        if units < 16 { return Int(units) }
        let exponent = 63 &- units.leadingZeroBitCount
        let step = Int(truncatingIfNeeded: units >> UInt64(exponent &- 4)) & 15
        return min((exponent &- 3) &* 16 &+ step, bucketCount &- 1)
    }

    /// The first nanosecond beyond a bucket.
    public static func upperBound(bucket: Int) -> Int64 {
        if bucket < 16 { return Int64(bucket + 1) << 10 }
        return Int64(bucket % 16 + 17) << Int64(bucket / 16 - 1 + 10)
    }

    /// Counts a latency.
    public mutating func record(nanoseconds: Int64) {
        counts[Self.bucket(nanoseconds: nanoseconds)] += 1
        count += 1
        let latency = UInt64(max(0, nanoseconds))
        sumNanoseconds &+= latency
        maximumNanoseconds = max(maximumNanoseconds, latency)
    }

    /// Adds everything another histogram counted.
    public mutating func merge(_ other: LatencyHistogram) {
        for bucket in counts.indices {
            counts[bucket] += other.counts[bucket]
        }
        count += other.count
        sumNanoseconds &+= other.sumNanoseconds
        maximumNanoseconds = max(maximumNanoseconds, other.maximumNanoseconds)
    }

    /// Latencies in a bucket.
    public func count(bucket: Int) -> UInt64 { counts[bucket] }

    /// Nanoseconds that the given share of all latencies did not exceed, up to 6 % too high and
    /// never above the longest; 0 without latencies.
    /// - Parameter share: 0 to 1: 0.99 is the 99th percentile.
    public func quantile(_ share: Double) -> Int64 {
        precondition(share >= 0 && share <= 1, "a quantile is a share")
        guard count > 0 else { return 0 }
        let rank = max(1, UInt64((Double(count) * share).rounded(.up)))
        var seen: UInt64 = 0
        for bucket in counts.indices {
            seen += counts[bucket]
            guard seen >= rank else { continue }
            if bucket == Self.bucketCount - 1 { break }
            return min(Self.upperBound(bucket: bucket), Int64(clamping: maximumNanoseconds))
        }
        return Int64(clamping: maximumNanoseconds)
    }

    /// Forgets everything.
    public mutating func reset() {
        self = LatencyHistogram()
    }
}
