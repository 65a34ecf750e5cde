import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct HedgeTimerTests {
    private func fed(
        _ delay: HedgeDelay, _ milliseconds: ClosedRange<Int64>, count: Int
    ) -> HedgeTimer {
        var timer = HedgeTimer(delay)
        for index in 0..<Int64(count) {
            let span = milliseconds.upperBound - milliseconds.lowerBound + 1
            timer.record(nanoseconds: (milliseconds.lowerBound + index % span) * 1_000_000)
        }
        return timer
    }

    @Test func `a percentile is known after 64 answers, and to 9 per cent`() {
        let early = fed(.percentile(thousandths: 900), 1...100, count: 63)
        #expect(early.delayNanoseconds == .max)
        for count in [64, 500, 10_000] {
            let timer = fed(.percentile(thousandths: 900), 40...40, count: count)
            #expect(timer.delayNanoseconds >= 40_000_000)
            #expect(timer.delayNanoseconds <= 44_000_000)
        }
        let spread = fed(.percentile(thousandths: 900), 1...100, count: 6_400)
        #expect((88_000_000...100_000_000).contains(spread.delayNanoseconds))
    }

    @Test func `stuck is four times the 99th percentile, but not before 100 ms`() {
        let quick = fed(.stuck, 1...5, count: 640)
        #expect(quick.delayNanoseconds == 100_000_000)
        let slow = fed(.stuck, 100...100, count: 640)
        #expect((400_000_000...440_000_000).contains(slow.delayNanoseconds))
    }

    @Test func `a fixed time holds from the start`() {
        let timer = HedgeTimer(.after(.milliseconds(30)))
        #expect(timer.delayNanoseconds == 30_000_000)
        #expect(timer.stuckNanoseconds == .max)
    }

    @Test func `off never comes`() {
        let timer = fed(.off, 1...5, count: 10_000)
        #expect(timer.delayNanoseconds == .max)
    }

    @Test func `what was measured long ago weighs little`() {
        var timer = fed(.percentile(thousandths: 500), 500...500, count: 1_000)
        for _ in 0..<2_000 { timer.record(nanoseconds: 10_000_000) }
        #expect(timer.delayNanoseconds <= 11_000_000)
    }

    @Test func `another setting uses what is known`() {
        var timer = fed(.stuck, 20...20, count: 640)
        timer.reconfigure(.percentile(thousandths: 950))
        #expect((20_000_000...22_000_000).contains(timer.delayNanoseconds))
    }

    @Test(arguments: [
        ("off", HedgeDelay.off), ("auto", .stuck), ("p50", .percentile(thousandths: 500)),
        ("p95", .percentile(thousandths: 950)), ("p99.9", .percentile(thousandths: 999)),
    ])
    func `words are understood and written back`(word: String, delay: HedgeDelay) {
        #expect(HedgeDelay(word: word) == delay)
        #expect(delay.word == word)
    }

    @Test(arguments: ["", "p", "p9", "p49", "p100", "p99.", "p99.99", "p-5", "P95", "95", "never"])
    func `other words are none`(word: String) {
        #expect(HedgeDelay(word: word) == nil)
    }
}
