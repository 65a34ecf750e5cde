/// What was measured, and whether it shows that the protection worked.
struct Verdict {
    /// A claim and whether it held.
    struct Check: Equatable {
        var claim: String
        var measured: String
        var holds: Bool
    }

    /// Payments in the calm and in the protected act: share of good answers, and p99 in
    /// nanoseconds.
    var calmP99: Int64
    var protectedShare: Double
    var protectedP99: Int64
    /// How late the demo itself was in sending them, p99 in nanoseconds.
    var calmLateness: Int64
    var protectedLateness: Int64
    /// Payments that were asked for in the protected act and count.
    var protectedCount: Int
    /// Most requests that were inside recommendations at once in the protected acts.
    var insideMaximum: Int
    /// Until recommendations answered again, in nanoseconds; nil: never.
    var recovery: Int64?

    static let shareMinimum = 0.999
    static let p99Factor = 1.5
    /// What a p99 of a few milliseconds may grow by, whatever the factor: it is the machine's
    /// scheduling that is seen there, not the proxy.
    static let p99SlackNanoseconds: Int64 = 5_000_000
    /// Of about a thousand: fewer prove too little.
    static let countMinimum = 500
    static let recoveryNanosecondsMaximum: Int64 = 3_000_000_000

    /// By how much busier the machine was in the protected act than in the calm one.
    var addedLateness: Int64 { max(0, protectedLateness - calmLateness) }

    /// The longest p99 in the protected act that counts as unharmed.
    var p99Maximum: Int64 {
        max(Int64(Double(calmP99) * Self.p99Factor), calmP99 + Self.p99SlackNanoseconds)
            + addedLateness
    }

    var checks: [Check] {
        let slots = DemoService.recommendations.slots
        return [
            Check(
                claim:
                    "payments during the stall: at least \(Self.countMinimum), to prove something",
                measured: "\(protectedCount)", holds: protectedCount >= Self.countMinimum),
            Check(
                claim: "of them served: at least 99.9 %",
                measured: Figure.percent(protectedShare),
                holds: protectedShare >= Self.shareMinimum),
            Check(
                claim: "their p99 at most \(Figure.milliseconds(p99Maximum)): 1.5 x calm or calm "
                    + "+ 5 ms, and added lateness",
                measured: Figure.milliseconds(protectedP99), holds: protectedP99 <= p99Maximum),
            Check(
                claim: "requests inside recommendations: never more than its \(slots)",
                measured: "\(insideMaximum)", holds: insideMaximum <= slots),
            Check(
                claim: "recommendations back (95 % good) within 3 s of being well",
                measured: recovery.map(Figure.seconds) ?? "never",
                holds: recovery.map { $0 <= Self.recoveryNanosecondsMaximum } ?? false),
        ]
    }

    var holds: Bool { checks.allSatisfy(\.holds) }
}
