import PlimsollCore
import Testing

@testable import PlimsollProxy

@Suite struct LoopShareTests {
    /// What comes of readings of processor time, each at its nanosecond.
    /// - Parameter readings: milliseconds, both.
    private func shares(_ readings: [(busy: Int64, now: Int64)]) -> [Int] {
        var share = LoopShare()
        return readings.map { busy, now in
            share.millionths(busy: busy * 1_000_000, at: Instant(nanoseconds: now * 1_000_000))
        }
    }

    @Test func `the share is of the time since a look at least a second ago`() {
        let shares = shares([(500, 0), (749, 999), (750, 1_000), (900, 1_999), (750, 3_000)])
        #expect(shares == [0, 0, 250_000, 250_000, 0])
    }

    @Test func `it is never more than one, nor less than nothing`() {
        #expect(shares([(0, 0), (1_001, 1_000), (900, 2_000)]) == [0, 1_000_000, 0])
    }
}
