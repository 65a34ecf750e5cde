import PlimsollCore
import PlimsollPolicy

/// Brings an endpoint's counts to its watch while there is traffic.
struct SilenceListener: Sendable {
    /// Between two looks: fine beside the quarter of a second that silence lasts at least.
    private static let intervalNanoseconds: Int64 = 50_000_000
    /// Looks without traffic before it rests: a second.
    private static let idleMaximum = 20

    private var watch = SilenceWatch()
    private(set) var nextAt = Instant(nanoseconds: .min)
    private var begun = 0
    private var idleLooks = 0

    /// - Returns: whether the endpoint has just stopped answering.
    mutating func listen(to attempts: AttemptCells, at now: Instant) -> Bool {
        guard now >= nextAt else { return false }
        nextAt = now.advanced(byNanoseconds: Self.intervalNanoseconds)
        let counts = attempts.counts
        let isIdle = counts.begun == begun && counts.begun == counts.ended
        begun = counts.begun
        idleLooks = isIdle ? idleLooks + 1 : 0
        if idleLooks >= Self.idleMaximum {
            idleLooks = 0
            nextAt = Instant(nanoseconds: .min)
            attempts.rest()
        }
        return watch.tick(counts, slowestNanoseconds: attempts.takeSlowest(), at: now)
    }
}
