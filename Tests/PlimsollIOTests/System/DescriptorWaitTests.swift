import PlimsollCore
import Testing

@testable import PlimsollIO

@Suite struct DescriptorWaitTests {
    @Test func `a deadline is rounded up to the next millisecond`() {
        func milliseconds(_ nanoseconds: Int64) -> Int32 {
            DescriptorWait.timeoutMilliseconds(
                until: Instant(nanoseconds: 1_000 + nanoseconds), from: Instant(nanoseconds: 1_000))
        }
        #expect(milliseconds(-1) == 0)
        #expect(milliseconds(0) == 0)
        #expect(milliseconds(1) == 1)
        #expect(milliseconds(1_000_000) == 1)
        #expect(milliseconds(1_000_001) == 2)
        #expect(
            DescriptorWait.timeoutMilliseconds(
                until: .distantFuture, from: Instant(nanoseconds: 0)) == -1)
    }

    @Test func `a wake ends a wait until it is cleared`() throws {
        let wake = try WakeDescriptor()
        wake.wake()
        wake.wake()
        try DescriptorWait.untilReadable([wake.descriptor], deadline: .distantFuture)
        wake.clear()
        // Nothing is readable now: only the deadline, long past, ends this.
        try DescriptorWait.untilReadable([wake.descriptor], deadline: Instant(nanoseconds: 0))
    }
}
