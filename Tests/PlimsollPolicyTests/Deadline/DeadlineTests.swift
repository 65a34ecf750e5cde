import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct DeadlineTests {
    private let now = Instant(nanoseconds: 1_000)

    @Test(arguments: [(999, false), (1_000, true), (1_001, true)] as [(Int64, Bool)])
    func `the instant itself is too late`(nanoseconds: Int64, hasPassed: Bool) {
        let deadline = Deadline(now)
        #expect(deadline.hasPassed(at: Instant(nanoseconds: nanoseconds)) == hasPassed)
    }

    @Test func `what remains ends at nothing`() {
        let deadline = Deadline(.nanoseconds(10), from: now)
        #expect(deadline.remainingNanoseconds(at: now) == 10)
        #expect(deadline.remainingNanoseconds(at: Instant(nanoseconds: 1_010)) == 0)
        #expect(deadline.remainingNanoseconds(at: Instant(nanoseconds: 2_000)) == 0)
    }

    @Test func `never does not come`() {
        #expect(Deadline.never.isNever && !Deadline.never.hasPassed(at: .distantFuture))
        #expect(Deadline.never.remainingNanoseconds(at: now) == .max)
        #expect(Deadline(.seconds(Int64.max), from: now).isNever)
    }

    @Test func `a deadline is only ever lowered`() {
        let (early, late) = (Deadline(now), Deadline(.nanoseconds(1), from: now))
        #expect(early.lowered(to: late) == early && late.lowered(to: early) == early)
        #expect(Deadline.never.lowered(to: early) == early)
    }

    @Test func `a wait ends by its own timeout or by the deadline`() {
        let deadline = Deadline(.nanoseconds(10), from: now)
        #expect(deadline.end(ofWait: 9, from: now) == Instant(nanoseconds: 1_009))
        #expect(deadline.end(ofWait: 11, from: now) == Instant(nanoseconds: 1_010))
        #expect(Deadline.never.end(ofWait: .max, from: now) == .distantFuture)
    }
}
