/// What an operator has said about a breaker; the raw value is the word on the command line.
public enum BreakerHold: String, CaseIterable, Sendable {
    /// It decides by itself.
    case auto
    /// Nothing passes, until the operator says otherwise.
    case open
    /// Everything passes, whatever happens.
    case closed
}
