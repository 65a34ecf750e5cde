import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct ProbeScheduleTests {
    @Test func `questions are an interval apart, give or take a tenth`() throws {
        let schedule = ProbeSchedule(settings: try HealthSettings(interval: .seconds(5)))
        var random = RandomSource(seed: 1)
        var (earliest, latest) = (Int64.max, Int64(0))
        for _ in 0..<1_000 {
            let next = schedule.next(after: Instant(nanoseconds: 0), using: &random).nanoseconds
            earliest = min(earliest, next)
            latest = max(latest, next)
        }
        #expect(earliest >= 4_500_000_000 && earliest < 4_510_000_000)
        #expect(latest <= 5_500_000_000 && latest > 5_490_000_000)
    }

    @Test func `first questions are spread over the first interval`() throws {
        let schedule = ProbeSchedule(settings: try HealthSettings(interval: .seconds(4)))
        var random = RandomSource(seed: 1)
        var quarters = [0, 0, 0, 0]
        for _ in 0..<1_000 {
            let first = schedule.first(at: Instant(nanoseconds: 0), using: &random).nanoseconds
            quarters[Int(first / 1_000_000_000)] += 1
        }
        #expect(quarters.allSatisfy { $0 > 200 })
    }
}
