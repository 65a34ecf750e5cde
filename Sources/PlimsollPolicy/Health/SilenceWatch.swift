import PlimsollCore

/// Notices that an endpoint has stopped answering before its requests time out: several wait, and
/// for several times as long as answers have taken lately nothing at all has come back.
///
/// A ratio of failures only learns of a hang when timeouts expire, a second or thirty later, with
/// everything that arrived meanwhile stuck. Silence is seen within a few usual answers. The price
/// is that it can be wrong, so whoever acts on it must take it back at the first answer, and the
/// measure is a wide one:
///
/// - Usual is what the slowest answers of a second take: of the last minute's seconds with
///   answers, the one that a tenth exceed. A service whose slow requests are a minority stays
///   within it, and a service that has become ten times slower answers long before three times
///   that has passed in silence, because its requests overlap.
/// - Each false alarm doubles the patience for a minute.
///
/// Requests whose bodies are still under way, tunnels and answers that have begun are not waited
/// for. Counts come from cells that the loops write; a tick some tens of milliseconds apart is
/// fine enough.
public struct SilenceWatch: Sendable {
    /// What an endpoint's cells show at one moment, over all loops.
    public struct Counts: Equatable, Sendable {
        /// Requests sent whole, or so nearly that the endpoint is who is waited for.
        public var begun: Int
        /// Those whose answer has begun, or that failed in a way that is an answer.
        public var answered: Int
        /// Those that are not waited for any more, for whatever reason; at least `answered`.
        public var ended: Int

        public init(begun: Int, answered: Int, ended: Int) {
            self.begun = begun
            self.answered = answered
            self.ended = ended
        }
    }

    /// Requests that must be waiting: that all of them happen to be among the slowest is unlikely.
    public static let waitingMinimum = 3
    /// Three times the usual: see the type.
    static let patience: Int64 = 3
    /// No silence shorter than this means anything: collectors of garbage pause a process for a
    /// tenth of a second or two, and waiting is better than a refusal then.
    public static let silenceMinimumNanoseconds: Int64 = 250_000_000
    /// Seconds with answers before anything is known.
    static let secondsMinimum = 2
    static let secondsKept = 60
    private static let patienceMaximum: Int64 = 16 * patience
    private static let second: Int64 = 1_000_000_000

    /// The slowest answer of each of the last seconds that had answers, a ring.
    private var slowest = InlineArray<60, Int64>(repeating: 0)
    private var seconds = 0
    private var currentSlowest: Int64 = 0
    private var currentSecond: Int64 = .min
    private var answered = 0
    /// Since when enough requests wait and nothing is answered; nil: that is not so.
    private var quietSince: Instant?
    /// When it last said silence, until something was answered.
    private var raisedAt: Instant?
    private var patience = Self.patience
    private var patientUntil = Instant(nanoseconds: .min)

    public init() {}

    /// How long silence must last to mean something; nil: too little is known.
    public var silenceNanoseconds: Int64? {
        guard seconds >= Self.secondsMinimum else { return nil }
        let count = min(seconds, Self.secondsKept)
        var sorted: [Int64] = []
        sorted.reserveCapacity(count)
        for position in 0..<count { sorted.append(slowest[position]) }
        sorted.sort()
        let (wait, overflow) = sorted[(count - 1) * 9 / 10].multipliedReportingOverflow(
            by: patience)
        return overflow ? nil : max(Self.silenceMinimumNanoseconds, wait)
    }

    /// Takes the counts of this moment in.
    /// - Parameter slowestNanoseconds: the slowest answer since the last call; 0: none.
    /// - Returns: true once, when silence has lasted too long.
    public mutating func tick(
        _ counts: Counts, slowestNanoseconds: Int64, at now: Instant
    ) -> Bool {
        learn(slowestNanoseconds, at: now)
        let waiting = counts.begun - counts.ended
        if counts.answered != answered {
            answered = counts.answered
            hearAnswer(at: now)
            quietSince = nil
        }
        guard waiting >= Self.waitingMinimum else {
            quietSince = nil
            return false
        }
        guard let since = quietSince else {
            quietSince = now
            return false
        }
        guard raisedAt == nil, let limit = silenceNanoseconds,
            now.nanoseconds(since: since) >= limit
        else { return false }
        raisedAt = now
        return true
    }

    private mutating func learn(_ nanoseconds: Int64, at now: Instant) {
        let second = now.nanoseconds / Self.second
        if second != currentSecond {
            if currentSlowest > 0 {
                slowest[seconds % Self.secondsKept] = currentSlowest
                seconds += 1
            }
            currentSlowest = 0
            currentSecond = second
        }
        currentSlowest = max(currentSlowest, nanoseconds)
        if patience > Self.patience, now >= patientUntil { patience = Self.patience }
    }

    /// Soon after an alarm an answer says that it was false.
    private mutating func hearAnswer(at now: Instant) {
        guard let raised = raisedAt else { return }
        raisedAt = nil
        guard let limit = silenceNanoseconds, now.nanoseconds(since: raised) < limit else { return }
        patience = min(patience * 2, Self.patienceMaximum)
        patientUntil = now.advanced(byNanoseconds: 60 * Self.second)
    }
}
