import PlimsollCore
import PlimsollPolicy

/// What became of requests, counted once each, by how they ended for their clients.
public struct RequestTally: Sendable {
    /// Meant to be sent.
    public var offered = 0
    /// Attempts of the clients': offered and sent again.
    public var attempts = 0
    /// Answered below 400 within the objective.
    public var good = 0
    /// Answered below 400 while the client waited.
    public var ok = 0
    /// Refused by the proxy, by ``ShedReason``.
    public var shed = Array(repeating: 0, count: ShedReason.allCases.count)
    /// Answered by the upstream with 400 or above.
    public var errors = 0
    /// Answered by the proxy with 502 or 504 for an upstream that failed.
    public var failed = 0
    /// The client left before an answer.
    public var timedOut = 0
    /// Came back when they were told to, and of these, those that were let in.
    public var returned = 0
    public var returnedAdmitted = 0
    /// From when the request was meant to be sent to its answer below 400.
    public var latency = LatencyHistogram()

    public var shedCount: Int { shed.reduce(0, +) }

    /// Everything that ended.
    public var ended: Int { ok + shedCount + errors + failed + timedOut }

    mutating func add(_ other: RequestTally) {
        offered += other.offered
        attempts += other.attempts
        good += other.good
        ok += other.ok
        for reason in shed.indices { shed[reason] += other.shed[reason] }
        errors += other.errors
        failed += other.failed
        timedOut += other.timedOut
        returned += other.returned
        returnedAdmitted += other.returnedAdmitted
        latency.merge(other.latency)
    }
}
