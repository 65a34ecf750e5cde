import PlimsollCore

/// Waits that double from a first to a longest one, shortened by up to a quarter at random so that
/// several plimsolls in front of one upstream do not all come back at once.
///
/// The first wait is exactly what the operator wrote, and no wait is longer than the maximum or
/// shorter than the first.
public struct Backoff: Equatable, Sendable {
    /// The first wait, in nanoseconds.
    public let firstNanoseconds: Int64
    /// The longest wait, in nanoseconds.
    public let maximumNanoseconds: Int64

    /// A quarter spreads a herd over seconds, yet a reader of the log still sees doubling.
    static let jitterDivisor: Int64 = 4

    public init(first: Duration, maximum: Duration) {
        firstNanoseconds = first.wholeNanoseconds
        maximumNanoseconds = maximum.wholeNanoseconds
        precondition(firstNanoseconds > 0, "a wait that doubles must not be nothing")
        precondition(maximumNanoseconds >= firstNanoseconds, "waits cannot grow downward")
    }

    /// The wait after `relapses` earlier waits in a row, in nanoseconds.
    public func wait(relapses: Int, using random: inout RandomSource) -> Int64 {
        precondition(relapses >= 0, "relapses are counted from zero")
        guard relapses > 0 else { return firstNanoseconds }
        // 40 doublings of a millisecond are 34 years: more only overflow.
        let (doubled, overflow) = firstNanoseconds.multipliedReportingOverflow(
            by: 1 << Int64(min(relapses, 40)))
        let longest = overflow ? maximumNanoseconds : min(doubled, maximumNanoseconds)
        let jitter = Int64(random.unitInterval() * Double(longest / Self.jitterDivisor))
        return max(firstNanoseconds, longest - jitter)
    }
}
