import PlimsollCore

/// A state that the operator is told of when it changes, at most once a second: what flaps comes
/// out as the last it came to, never as a flood.
struct StateNews<State: Equatable> {
    static var silenceNanoseconds: Int64 { 1_000_000_000 }

    /// What the operator was told last, or took for granted at the start.
    private(set) var told: State
    private var silentUntil = Instant(nanoseconds: .min)

    init(told: State) {
        self.told = told
    }

    /// Whether the operator is to be told now; counts as told then.
    mutating func hear(_ state: State, at now: Instant) -> Bool {
        guard state != told, now >= silentUntil else { return false }
        told = state
        silentUntil = now.advanced(byNanoseconds: Self.silenceNanoseconds)
        return true
    }
}
