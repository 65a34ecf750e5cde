extension Duration {
    /// The whole duration in nanoseconds; `Int64.max` (292 years) when it is longer.
    /// Settings hold a `Duration`; policies convert once, when they are made.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? .max : sum
    }
}
