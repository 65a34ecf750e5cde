/// What became of a scenario, a quarter of a second at a time.
public struct LimitReport: Sendable {
    public struct Slice: Sendable {
        /// Requests that came.
        public internal(set) var sent = 0
        /// Answered within the client's patience.
        public internal(set) var answered = 0
        /// Answered within a tenth of a second of their arrival.
        public internal(set) var good = 0
        /// Turned away, without an attempt.
        public internal(set) var shed = 0
        /// Given up, or answered with an error.
        public internal(set) var failed = 0
        public internal(set) var limitMinimum = Int.max
        public internal(set) var limitMaximum = 0
        public internal(set) var inFlightMaximum = 0
        /// The limit times the nanoseconds that it was in force.
        var limitIntegral = 0.0

        /// The mean over time.
        public var limitMean: Double { limitIntegral / Double(LimitReport.sliceNanoseconds) }
    }

    static let sliceNanoseconds: Int64 = 250_000_000

    public internal(set) var slices: [Slice]

    /// All slices between two times, in seconds, as one.
    public func between(_ begin: Double, _ end: Double) -> Summary {
        Summary(Array(slices[Int(begin * 4)..<min(slices.count, Int(end * 4))]))
    }

    /// Some slices together.
    public struct Summary: Sendable {
        public let answeredPerSecond: Double
        public let goodPerSecond: Double
        public let shedShare: Double
        public let limitMean: Double
        public let limitMinimum: Int
        public let limitMaximum: Int
        public let inFlightMaximum: Int

        init(_ slices: [Slice]) {
            let seconds = Double(slices.count) / 4
            answeredPerSecond = Double(slices.reduce(0) { $0 + $1.answered }) / seconds
            goodPerSecond = Double(slices.reduce(0) { $0 + $1.good }) / seconds
            let sent = slices.reduce(0) { $0 + $1.sent }
            shedShare = sent > 0 ? Double(slices.reduce(0) { $0 + $1.shed }) / Double(sent) : 0
            limitMean = slices.reduce(0) { $0 + $1.limitMean } / Double(slices.count)
            limitMinimum = slices.map(\.limitMinimum).min() ?? 0
            limitMaximum = slices.map(\.limitMaximum).max() ?? 0
            inFlightMaximum = slices.map(\.inFlightMaximum).max() ?? 0
        }
    }

    init(seconds: Double) {
        slices = Array(repeating: Slice(), count: Int(seconds * 4) + 1)
    }

    /// Seconds after `begin` from which on every slice of the next second has so many good answers
    /// a second; nil when none has.
    public func settled(after begin: Double, goodPerSecond wanted: Double) -> Double? {
        let first = Int(begin * 4)
        for start in first..<max(first, slices.count - 5) {
            let good = slices[start..<start + 4].allSatisfy { Double($0.good) * 4 >= wanted }
            if good { return Double(start - first) / 4 }
        }
        return nil
    }
}
