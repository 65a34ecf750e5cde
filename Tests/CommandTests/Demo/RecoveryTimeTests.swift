import PlimsollCore
import Testing

@testable import plimsoll

@Suite struct RecoveryTimeTests {
    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    /// A request every 50 ms, well from a time on.
    private func entries(goodFrom: Int64, until end: Int64) -> [Journal.Entry] {
        stride(from: 0, to: end, by: 50).map {
            Journal.Entry(meantAt: at($0), isGood: $0 >= goodFrom)
        }
    }

    private func measure(_ entries: [Journal.Entry], end: Int64) -> Int64? {
        RecoveryTime.measure(entries, from: at(0), to: at(end)).map { $0 / 1_000_000 }
    }

    @Test func `it is the first good request of a second that is good`() {
        #expect(measure(entries(goodFrom: 1_200, until: 4_000), end: 4_000) == 1_200)
        #expect(measure(entries(goodFrom: 1_200, until: 4_000).reversed(), end: 4_000) == 1_200)
    }

    @Test func `one bad answer in twenty is allowed, two are not`() {
        var list = entries(goodFrom: 0, until: 1_000)
        list[7].isGood = false
        #expect(measure(list, end: 1_000) == 0)
        list[8].isGood = false
        #expect(measure(list, end: 1_000) == nil)
    }

    @Test func `a second that is not over proves nothing`() {
        #expect(measure(entries(goodFrom: 500, until: 1_499), end: 1_499) == nil)
        #expect(measure([], end: 4_000) == nil)
    }
}
