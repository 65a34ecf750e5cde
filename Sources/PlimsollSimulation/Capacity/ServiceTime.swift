import PlimsollCore

/// How long an upstream works on a request.
public enum ServiceTime: Equatable, Sendable {
    /// Always the same.
    case constant(nanoseconds: Int64)
    /// Memoryless, with this mean.
    case exponential(meanNanoseconds: Int64)
    /// A logarithm that is normally distributed, `sigma` its deviation: what services of one kind
    /// of request look like. The mean is that of the times, not of their logarithms.
    case lognormal(meanNanoseconds: Int64, sigma: Double)
    /// Two kinds of requests; `slowShare` of them, 0 to 1, take the longer time.
    case bimodal(fastNanoseconds: Int64, slowNanoseconds: Int64, slowShare: Double)
    /// Drawn, each as often as another, from times that were measured. At least one.
    case empirical(nanoseconds: [Int64])

    /// One time, in nanoseconds; at least 0.
    public func draw(using random: inout RandomSource) -> Int64 {
        switch self {
        case .constant(let nanoseconds):
            return nanoseconds
        case .exponential(let mean):
            // 1 - u is never 0.
            let unit = 1 - random.unitInterval()
            return Int64(-Double(mean) * ElementaryFunctions.logarithm(unit))
        case .lognormal(let mean, let sigma):
            let exponent = sigma * Self.normal(using: &random) - sigma * sigma / 2
            return Int64(
                min(Double(mean) * ElementaryFunctions.exponential(exponent), Self.longest))
        case .bimodal(let fast, let slow, let slowShare):
            return random.unitInterval() < slowShare ? slow : fast
        case .empirical(let times):
            return times[random.next(below: times.count)]
        }
    }

    /// The mean, in nanoseconds: slots divided by it are the upstream's capacity.
    public var meanNanoseconds: Double {
        switch self {
        case .constant(let nanoseconds): Double(nanoseconds)
        case .exponential(let mean), .lognormal(let mean, _): Double(mean)
        case .bimodal(let fast, let slow, let slowShare):
            Double(fast) + (Double(slow) - Double(fast)) * slowShare
        case .empirical(let times):
            times.reduce(0) { $0 + Double($1) } / Double(times.count)
        }
    }

    /// A year: beyond it a wide distribution's tail says nothing.
    private static var longest: Double { 3.15e16 }

    /// A standard normal number, by Marsaglia's polar method.
    private static func normal(using random: inout RandomSource) -> Double {
        while true {
            let left = 2 * random.unitInterval() - 1
            let right = 2 * random.unitInterval() - 1
            let square = left * left + right * right
            guard square > 0 && square < 1 else { continue }
            return left * (-2 * ElementaryFunctions.logarithm(square) / square).squareRoot()
        }
    }
}
