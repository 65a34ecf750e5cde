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
    /// The machine stood still meanwhile: whatever came of it says nothing about the proxy.
    case void
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
    private(set) var void = 0
    /// From when a request was meant to be sent to the end of its answer.
    private(set) var goodLatency = LatencyHistogram()
    /// The same of answers that were errors.
    private(set) var refusedLatency = LatencyHistogram()

    /// How late we were ourselves in sending requests, which is part of every latency.
    private(set) var lateness = LatencyHistogram()

    mutating func countSent(lateNanoseconds: Int64) {
        sent += 1
        lateness.record(nanoseconds: lateNanoseconds)
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
        case .void: void += 1
        }
    }

    mutating func merge(_ other: TrafficRecord) {
        sent += other.sent
        good += other.good
        refused += other.refused
        timedOut += other.timedOut
        failed += other.failed
        void += other.void
        goodLatency.merge(other.goodLatency)
        refusedLatency.merge(other.refusedLatency)
        lateness.merge(other.lateness)
    }

    /// Requests that ended badly, in whatever way.
    var bad: Int { refused + timedOut + failed }

    /// Requests that ended, in whatever way that says something.
    var ended: Int { good + bad }

    /// Good answers among them; nil when there are none.
    var goodShare: Double? { ended == 0 ? nil : Double(good) / Double(ended) }
}
