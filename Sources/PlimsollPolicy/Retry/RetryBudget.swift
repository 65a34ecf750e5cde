import PlimsollCore

/// How many retries an upstream can bear: each success earns a share of one, and a few a second
/// are free.
///
/// When everything fails nothing is earned, so retries stop at the free ones: a retry storm
/// cannot feed on failures. Whole millionths and nanotokens, so that five successes at 0.2 buy
/// exactly one retry.
public struct RetryBudget: Equatable, Sendable {
    /// Savings end here: after a long calm at most this many retries beyond the earned rate may
    /// come in one burst. Twenty seconds' worth for an upstream with 25 successes a second.
    public static let savedMaximum = 100

    /// Earned retries that one greedy client cannot have: a fifth of all savings.
    static let reserve = 20

    private static let millionths = 1_000_000
    private static let nanotokens: Int64 = 1_000_000_000

    private var ratioMillionths: Int
    private var freePerSecond: Int64
    private var earnedMillionths = 0
    /// The free ones: one nanotoken comes in each nanosecond for each retry a second, and a
    /// second's worth is kept.
    private var freeNanotokens: Int64
    private var refilledAt: Instant

    /// Begins with a second's worth of free retries and nothing earned.
    public init(settings: RetrySettings, at now: Instant) {
        ratioMillionths = Self.ratio(settings)
        freePerSecond = Int64(settings.budgetMinimumPerSecond)
        freeNanotokens = Int64(settings.budgetMinimumPerSecond) * Self.nanotokens
        refilledAt = now
    }

    /// Requests that succeeded, retried ones included.
    public mutating func deposit(successes: Int) {
        precondition(successes >= 0, "successes are counted from zero")
        let ceiling = Self.savedMaximum * Self.millionths
        let (gain, overflow) = successes.multipliedReportingOverflow(by: ratioMillionths)
        earnedMillionths = overflow ? ceiling : min(ceiling, earnedMillionths + min(gain, ceiling))
    }

    /// Takes one retry; false: there is none, and the failure goes to the client. Free ones are
    /// taken first, because they are lost when not used.
    /// - Parameter leavesReserve: leaves one free retry and ``reserve`` earned ones untouched. The
    ///   free ones still come in at their rate, so who leaves a reserve loses it only once.
    public mutating func withdraw(at now: Instant, leavesReserve: Bool = false) -> Bool {
        refill(at: now)
        let isReserveFree = leavesReserve && freePerSecond > 1
        if freeNanotokens >= Self.nanotokens * (isReserveFree ? 2 : 1) {
            freeNanotokens -= Self.nanotokens
            return true
        }
        guard earnedMillionths >= Self.millionths * (leavesReserve ? Self.reserve + 1 : 1) else {
            return false
        }
        earnedMillionths -= Self.millionths
        return true
    }

    /// Whole retries that could be taken now.
    public mutating func available(at now: Instant) -> Int {
        refill(at: now)
        return Int(freeNanotokens / Self.nanotokens) + earnedMillionths / Self.millionths
    }

    /// Takes new settings; what was earned stays earned.
    public mutating func reconfigure(_ settings: RetrySettings, at now: Instant) {
        refill(at: now)
        ratioMillionths = Self.ratio(settings)
        freePerSecond = Int64(settings.budgetMinimumPerSecond)
        freeNanotokens = min(freeNanotokens, freePerSecond * Self.nanotokens)
    }

    private mutating func refill(at now: Instant) {
        // Another loop's reading may be a turn older.
        let elapsed = now.nanoseconds(since: refilledAt)
        guard elapsed > 0 else { return }
        refilledAt = now
        let gain = min(elapsed, Self.nanotokens) * freePerSecond
        freeNanotokens = min(freeNanotokens + gain, freePerSecond * Self.nanotokens)
    }

    private static func ratio(_ settings: RetrySettings) -> Int {
        Int((settings.budgetRatio * Double(millionths)).rounded())
    }
}
