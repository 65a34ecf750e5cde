/// What the story notes on its way, for its report.
struct StoryFacts {
    /// The numbers of the acts in the journal.
    var calm = 0
    var unprotected = 0
    var protected = 0
    /// From the end of the stall to a closed breaker, in nanoseconds; nil: it did not close.
    var closedAfter: Int64?
    /// From the end of the stall to good answers again; see ``RecoveryTime``.
    var recovery: Int64?
    /// Most requests inside recommendations at once, in the protected acts.
    var insideMaximum = 0
}
