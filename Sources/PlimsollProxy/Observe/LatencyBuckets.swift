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

    /// The bucket of a duration: the first whose bound it does not exceed.
    ///
    /// A search by halves without branches on data: four comparisons for 15 bounds.
    @inline(__always)
    func position(_ nanoseconds: Int64) -> Int {
        var position = 0
        position &+= nanoseconds > bounds[position &+ 7] ? 8 : 0
        position &+= nanoseconds > bounds[position &+ 3] ? 4 : 0
        position &+= nanoseconds > bounds[position &+ 1] ? 2 : 0
        position &+= nanoseconds > bounds[position] ? 1 : 0
        return position
    }
}
