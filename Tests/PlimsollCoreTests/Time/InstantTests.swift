import PlimsollCore
import Testing

@Suite struct InstantTests {
    @Test func `a sum beyond the distant future stops there`() {
        #expect(Instant(nanoseconds: .max - 1).advanced(byNanoseconds: 5) == .distantFuture)
        #expect(Instant(nanoseconds: 5).advanced(byNanoseconds: 6) == Instant(nanoseconds: 11))
        #expect(Instant.distantFuture.advanced(byNanoseconds: -6) == .distantFuture)
    }

    @Test func `differences are signed`() {
        let early = Instant(nanoseconds: 3)
        let late = Instant(nanoseconds: 10)
        #expect(late.nanoseconds(since: early) == 7)
        #expect(early.nanoseconds(since: late) == -7)
        #expect(early < late)
    }

    @Test func `durations convert to whole nanoseconds and saturate`() {
        #expect(Duration.milliseconds(250).wholeNanoseconds == 250_000_000)
        #expect(Duration.seconds(10_000_000_000).wholeNanoseconds == .max)
        #expect(Duration.seconds(-10_000_000_000).wholeNanoseconds == .min)
    }
}
