/// Logarithm and exponential without libc: its last bits differ between versions of it, and the
/// same seed must give the same bytes on every machine.
enum ElementaryFunctions {
    private static var ln2: Double { 0.693_147_180_559_945_309 }

    /// The natural logarithm, right to about 1e-15. `value` is above 0 and finite.
    static func logarithm(_ value: Double) -> Double {
        require(value > 0 && value.isFinite, "a logarithm is of a positive number")
        var significand = value.significand
        var exponent = Double(value.exponent)
        // Into 0.75 ..< 1.5, where the series is quick.
        if significand >= 1.5 {
            significand /= 2
            exponent += 1
        }
        // ln x = 2 artanh((x - 1) / (x + 1)).
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        var divisor = 1.0
        while divisor < 26 {
            sum += power / divisor
            power *= square
            divisor += 2
        }
        return 2 * sum + exponent * ln2
    }

    /// e to the power of `exponent`; 0 and infinity beyond what a Double holds.
    static func exponential(_ exponent: Double) -> Double {
        if exponent < -700 { return 0 }
        if exponent > 700 { return .infinity }
        let whole = (exponent / ln2).rounded()
        let rest = exponent - whole * ln2
        var term = 1.0
        var sum = 1.0
        for number in 1...16 {
            term *= rest / Double(number)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(whole), significand: sum)
    }
}
