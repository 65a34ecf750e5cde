import PlimsollCore
import Testing

@testable import PlimsollProxy

@Suite struct StateNewsTests {
    /// Which of some states, each at its second, are told to who knew of 0.
    private func told(_ states: [(state: Int, seconds: Double)]) -> [Bool] {
        var news = StateNews(told: 0)
        return states.map { state, seconds in
            news.hear(state, at: Instant(nanoseconds: Int64(seconds * 1e9)))
        }
    }

    @Test func `a state is told once`() {
        #expect(told([(0, 0), (1, 1), (1, 5)]) == [false, true, false])
    }

    @Test func `what flaps is told once a second, as what it came to`() {
        #expect(told([(1, 10), (2, 10.5), (3, 10.999), (3, 11)]) == [true, false, false, true])
    }

    @Test func `a state that came back within the second is not told at all`() {
        #expect(told([(1, 10), (2, 10.5), (1, 11)]) == [true, false, false])
    }
}
