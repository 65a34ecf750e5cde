/// The buckets of every latency histogram: fixed, so that loops' counts add up and series of
/// different versions compare.
///
/// 1-2.5-5 steps from half a millisecond to half a minute: what is quicker than that is not worth
/// telling apart behind a proxy, what is slower has run into a timeout.
struct LatencyBuckets: Sendable {
    /// Buckets with an upper bound; one more holds the rest.
    static var boundedCount: Int { 15 }
    static var count: Int { boundedCount + 1 }

    /// Upper bounds, inclusive, in nanoseconds, ascending.
    let bounds: InlineArray<15, Int64> = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000,
        10_000_000_000, 30_000_000_000,
    ]

    /// The same bounds in seconds, as the `le` label has them.
    static let labels: [StaticString] = [
        "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1",
        "2.5", "5", "10", "30",
    ]

    /// For each power of two, the first bucket with a bound above it. Bounds are at least a factor
    /// of two apart, so between two powers lies at most one.
    private let candidates: InlineArray<64, UInt8>

    init() {
        var candidates = InlineArray<64, UInt8>(repeating: UInt8(Self.boundedCount))
        for power in 0..<63 {
            var first = 0
            while first < Self.boundedCount && bounds[first] < Int64(1) << Int64(power) {
                first += 1
            }
            candidates[power] = UInt8(first)
        }
        self.candidates = candidates
    }

    /// The bucket of a duration: the first whose bound it does not exceed. Negative ones fall into
    /// the last.
    @inline(__always)
    func position(_ nanoseconds: Int64) -> Int {
        let power = (63 &- (nanoseconds | 1).leadingZeroBitCount) & 63
        let candidate = Int(candidates[power])
        guard candidate < Self.boundedCount else { return candidate }
        return nanoseconds > bounds[candidate] ? candidate &+ 1 : candidate
    }
}
