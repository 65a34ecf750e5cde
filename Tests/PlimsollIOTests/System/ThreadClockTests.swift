import PlimsollCore
import PlimsollIO
import Testing

@Suite struct ThreadClockTests {
    @Test func `it counts the work of its thread and nobody else's`() throws {
        let clock = try #require(ThreadClock.current())
        let before = try #require(clock.nanoseconds)
        let end = MonotonicClock.now.advanced(byNanoseconds: 2_000_000_000)
        var after = before
        while after - before < 1_000_000 {
            after = try #require(clock.nanoseconds)
            try #require(MonotonicClock.now < end, "a busy thread uses no time")
        }
        // Reading it from another thread gives this one's, which only waits meanwhile.
        final class Reading: @unchecked Sendable { var nanoseconds: Int64? }
        let reading = Reading()
        let thread = try LoopThread(name: "reader") { reading.nanoseconds = clock.nanoseconds }
        thread.join()
        #expect(try #require(reading.nanoseconds) >= after)
    }
}
