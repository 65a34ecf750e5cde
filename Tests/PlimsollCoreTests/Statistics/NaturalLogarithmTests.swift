import PlimsollCore
import Testing

@Suite struct NaturalLogarithmTests {
    @Test(arguments: [
        (1.0, 0.0), (2.718281828459045, 1.0), (10, 2.302585092994046), (0.5, -0.6931471805599453),
        (1.4999999, 0.4054650414414978), (1e-300, -690.7755278982137), (1e300, 690.7755278982137),
    ])
    func `the logarithm is right`(_ pair: (Double, Double)) {
        #expect(abs(NaturalLogarithm.of(pair.0) - pair.1) < 1e-9)
    }

    @Test func `nothing has no logarithm to speak of`() {
        #expect(NaturalLogarithm.of(0) == -.infinity)
    }
}
