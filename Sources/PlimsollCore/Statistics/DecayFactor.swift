/// What is left of a value after decaying for a while: `e^(-elapsed / tau)`.
///
/// The relative error is below 1e-8, far under what any average of latencies can tell, and no
/// libc is needed: the exponent is split into whole powers of two, which are exact, and a rest in
/// ±ln 2 / 2, for which seven terms of the series do.
/// - Parameters:
///   - elapsedNanoseconds: how long; 0 or less leaves everything (1).
///   - tauNanoseconds: the time after which 1/e is left. More than 0.
/// - Returns: more than 0 and at most 1, or exactly 0 once less than 2^-1000 would be left.
@inlinable
public func decayFactor(elapsedNanoseconds: Int64, tauNanoseconds: Int64) -> Double {
    guard elapsedNanoseconds > 0 else { return 1 }
    precondition(tauNanoseconds > 0, "a decay takes time")
    return negativeExponential(Double(elapsedNanoseconds) / Double(tauNanoseconds))
}

/// `e^-exponent` for an exponent of at least 0; see
/// ``decayFactor(elapsedNanoseconds:tauNanoseconds:)``.
@inlinable
func negativeExponential(_ exponent: Double) -> Double {
    // log2(e): how many halvings.
    let halvings = exponent * 1.442695040888963407
    guard halvings < 1000 else { return 0 }
    let whole = Int64(halvings + 0.5)
    // In ±ln(2) / 2.
    let rest = (Double(whole) - halvings) * 0.693147180559945309
    var series = 1 + rest / 7
    series = 1 + rest / 6 * series
    series = 1 + rest / 5 * series
    series = 1 + rest / 4 * series
    series = 1 + rest / 3 * series
    series = 1 + rest / 2 * series
    series = 1 + rest * series
    // The bits of 2^-whole: an exponent field and an empty fraction.
    return series * Double(bitPattern: UInt64(bitPattern: 1023 - whole) << 52)
}
