import PlimsollPolicy
import Testing

@Suite struct HealthTrackerTests {
    private func tracker(rise: Int = 2, fall: Int = 3) throws -> HealthTracker {
        HealthTracker(settings: try HealthSettings(rise: rise, fall: fall))
    }

    private func record(_ answers: [Bool], in tracker: inout HealthTracker) -> [Bool] {
        answers.map { tracker.record(isPassing: $0) }
    }

    @Test func `it falls at the third bad answer and rises at the second good one`() throws {
        var tracker = try tracker()
        #expect(tracker.isHealthy)
        let falling = record([false, false, false], in: &tracker)
        #expect(falling == [false, false, true] && !tracker.isHealthy)
        let rising = record([true, true], in: &tracker)
        #expect(rising == [false, true] && tracker.isHealthy)
    }

    @Test func `an answer that agrees starts the row anew`() throws {
        var tracker = try tracker()
        let falling = record([false, false, true, false, false], in: &tracker)
        #expect(!falling.contains(true) && tracker.isHealthy)
        _ = record([false], in: &tracker)
        let rising = record([true, false, true], in: &tracker)
        #expect(!rising.contains(true) && !tracker.isHealthy)
    }

    @Test func `new settings keep the verdict`() throws {
        var tracker = try tracker()
        _ = record([false, false, false], in: &tracker)
        tracker.reconfigure(try HealthSettings(rise: 1, fall: 1))
        #expect(!tracker.isHealthy)
        let changed = tracker.record(isPassing: true)
        #expect(changed)
    }

    @Test(arguments: [(199, false), (200, true), (399, true), (400, false)] as [(UInt16, Bool)])
    func `a good answer is 200 to 399`(status: UInt16, isPassing: Bool) {
        #expect(HealthTracker.isPassing(status: status) == isPassing)
    }
}
