import PlimsollCore

/// How a request of the demo ended for its client.
enum VisitOutcome: Equatable {
    /// Answered with a status below 400.
    case good
    /// Answered with an error.
    case refused
    /// The client waited for as long as it would, and left.
    case timedOut
    /// The connection was refused or broke.
    case failed
}

/// What the clients of one service saw in a stretch of time.
struct TrafficRecord {
    /// Requests sent.
    private(set) var sent = 0
    /// Requests that ended, by how.
    private(set) var good = 0
    private(set) var refused = 0
    private(set) var timedOut = 0
    private(set) var failed = 0
    /// From when a request was meant to be sent to the end of its answer.
    private(set) var goodLatency = LatencyHistogram()
    /// The same of answers that were errors.
    private(set) var refusedLatency = LatencyHistogram()

    mutating func countSent() {
        sent += 1
    }

    mutating func count(_ outcome: VisitOutcome, nanoseconds: Int64) {
        switch outcome {
        case .good:
            good += 1
            goodLatency.record(nanoseconds: nanoseconds)
        case .refused:
            refused += 1
            refusedLatency.record(nanoseconds: nanoseconds)
        case .timedOut: timedOut += 1
        case .failed: failed += 1
        }
    }

    mutating func merge(_ other: TrafficRecord) {
        sent += other.sent
        good += other.good
        refused += other.refused
        timedOut += other.timedOut
        failed += other.failed
        goodLatency.merge(other.goodLatency)
        refusedLatency.merge(other.refusedLatency)
    }

    /// Requests that ended badly, in whatever way.
    var bad: Int { refused + timedOut + failed }

    /// Good answers among the requests that ended; nil when none has.
    var goodShare: Double? { good + bad == 0 ? nil : Double(good) / Double(good + bad) }
}
