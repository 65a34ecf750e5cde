/// The natural logarithm, right to about 1e-12; minus infinity for 0.
///
/// No libc is needed: the exponent comes off exactly, and what is left, between 0.75 and 1.5, goes
/// through the series of the inverse hyperbolic tangent. For controllers, once a window of
/// samples; not for the path of a request.
public enum NaturalLogarithm {
    /// - Parameter value: at least 0 and finite.
    public static func of(_ value: Double) -> Double {
        precondition(value >= 0 && value.isFinite, "only numbers from 0 on have a logarithm")
        guard value > 0 else { return -.infinity }
        var significand = value.significand
        var exponent = Double(value.exponent)
        if significand >= 1.5 {
            significand /= 2
            exponent += 1
        }
        // ln x = 2 artanh((x - 1) / (x + 1)), where the quotient is at most a fifth.
        let quotient = (significand - 1) / (significand + 1)
        let square = quotient * quotient
        var sum = 0.0
        var power = quotient
        for divisor in stride(from: 1.0, through: 15.0, by: 2.0) {
            sum += power / divisor
            power *= square
        }
        return 2 * sum + exponent * 0.693147180559945309
    }
}
