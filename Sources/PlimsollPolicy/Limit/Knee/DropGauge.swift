/// Whether attempts that time out, are reset or are told "too much" come from too much in flight.
/// Only if their share falls when the limit does: otherwise the upstream is ill, and starving it
/// would not help.
struct DropGauge: Sendable {
    enum Verdict: Equatable {
        /// Nothing out of the ordinary: latency decides.
        case quiet
        /// Lower the limit to this share of it.
        case lower(to: Double)
        /// Lowering did not help: go back to this limit.
        case accept(limit: Double)
    }

    private struct Trial {
        let from: Double
        /// Of attempts dropped, before the last step that helped.
        var share: Double
        /// Since then, at lower limits.
        var attempts = 0.0
        var drops = 0.0
    }

    /// So many attempts at lower limits say whether lowering helped.
    private static var attemptsEnough: Double { 60 }

    /// A share of drops that lowering the limit did not lessen.
    private(set) var accepted = 0.0
    private var trial: Trial?

    /// Judges a window's drops.
    /// - Parameters:
    ///   - share: of attempts that were dropped, 0 to 1.
    ///   - attempts: that the share is of.
    ///   - limit: in force during the window.
    mutating func judge(share: Double, attempts: Int, limit: Double) -> Verdict {
        if share >= 0.9 {
            // Nothing is lost by asking less of an upstream that answers nobody.
            trial = nil
            return .lower(to: 0.5)
        }
        let error = max(0.02, (share * (1 - share) / Double(attempts)).squareRoot())
        guard share > accepted + max(0.05, 3 * error) else {
            trial = nil
            if share < accepted - 3 * error { accepted = share }
            return .quiet
        }
        guard var current = trial else {
            trial = Trial(from: limit, share: share)
            return .lower(to: 0.7)
        }
        current.attempts += Double(attempts)
        current.drops += Double(attempts) * share
        if share < current.share * 0.75 {
            current = Trial(from: current.from, share: share)
        }
        trial = current
        guard current.attempts >= Self.attemptsEnough else { return .lower(to: 0.7) }
        trial = nil
        accepted = current.drops / current.attempts
        return .accept(limit: current.from)
    }
}
