import PlimsollCore

/// Knows when an attempt has waited long enough for another one to be sent beside it, from how
/// long recent answers took.
///
/// Latencies are counted in buckets that are 9 % wide; once 1,024 are there all counts are halved,
/// so that about the last thousand answers weigh. No clock: what is recent is counted in answers,
/// which makes it as good for 1 request a second as for 10,000.
public struct HedgeTimer: Sendable {
    private static var bucketCount: Int { LatencyHistogram.bucketCount / 2 }
    /// Fewer answers say nothing about a percentile.
    static var samplesMinimum: Int { 64 }
    private static var samplesMaximum: Int { 1_024 }
    /// How many answers come before the percentiles are taken again.
    private static var refreshEvery: Int { 64 }

    private var delay: HedgeDelay
    private var counts = InlineArray<216, UInt16>(repeating: 0)
    private var samples = 0
    private var untilRefresh = refreshEvery
    /// When to send a hedge, from the start of the attempt; `Int64.max` while that is not known.
    public private(set) var delayNanoseconds: Int64
    /// From when on an attempt looks stuck; `Int64.max` while that is not known.
    public private(set) var stuckNanoseconds: Int64 = .max

    public init(_ delay: HedgeDelay) {
        self.delay = delay
        delayNanoseconds = Self.fixed(delay)
    }

    /// Takes another setting; what was measured stays.
    public mutating func reconfigure(_ new: HedgeDelay) {
        guard new != delay else { return }
        delay = new
        delayNanoseconds = Self.fixed(new)
        refresh()
    }

    /// An answer, or one that was given up waiting for, took this long.
    @inline(__always)
    public mutating func record(nanoseconds: Int64) {
        guard delay != .off else { return }
        let bucket = LatencyHistogram.bucket(nanoseconds: nanoseconds) >> 1
        counts[bucket] &+= 1
        samples &+= 1
        untilRefresh &-= 1
        if untilRefresh == 0 { refresh() }
    }

    private static func fixed(_ delay: HedgeDelay) -> Int64 {
        switch delay {
        case .after(let duration): duration.wholeNanoseconds
        case .off, .stuck, .percentile: .max
        }
    }

    private mutating func refresh() {
        untilRefresh = Self.refreshEvery
        guard samples >= Self.samplesMinimum else { return }
        let floor = HedgeDelay.stuckMinimum.wholeNanoseconds
        stuckNanoseconds = max(floor, quantile(thousandths: 990) * HedgeDelay.stuckFactor)
        switch delay {
        case .off, .after: break
        case .stuck: delayNanoseconds = stuckNanoseconds
        case .percentile(let thousandths): delayNanoseconds = quantile(thousandths: thousandths)
        }
        if samples >= Self.samplesMaximum { halve() }
    }

    /// The time within which this share of recent answers came, to 9 % too long.
    private func quantile(thousandths: Int) -> Int64 {
        let rank = (samples * thousandths + 999) / 1_000
        var seen = 0
        for bucket in 0..<Self.bucketCount {
            seen += Int(counts[bucket])
            if seen >= rank { return LatencyHistogram.upperBound(bucket: bucket * 2 + 1) }
        }
        return LatencyHistogram.upperBound(bucket: LatencyHistogram.bucketCount - 1)
    }

    private mutating func halve() {
        samples = 0
        for bucket in 0..<Self.bucketCount {
            counts[bucket] /= 2
            samples += Int(counts[bucket])
        }
    }
}
