import PlimsollCore
import Testing

@testable import PlimsollPolicy

@Suite struct RatePaceTests {
    private static let start = Instant(nanoseconds: 5_000_000_000_000)

    private static func at(_ milliseconds: Int64) -> Instant {
        start.advanced(byNanoseconds: milliseconds * 1_000_000)
    }

    @Test func `a burst passes at once, one more does not`() throws {
        let pace = RatePace(try RateLimitSettings(requests: 100, burst: 50))
        var bucket = RateBucket()
        for _ in 0..<50 {
            let verdict = pace.admit(&bucket, at: Self.start)
            #expect(verdict == .admit)
        }
        let verdict = pace.admit(&bucket, at: Self.start)
        #expect(verdict == .refuse(retryAfterSeconds: 1))
    }

    @Test func `a token comes back when its time has come, not before`() throws {
        let pace = RatePace(try RateLimitSettings(requests: 10, burst: 1))
        var bucket = RateBucket()
        let first = pace.admit(&bucket, at: Self.start)
        let early = pace.admit(
            &bucket, at: Self.at(100).advanced(byNanoseconds: -1))
        let due = pace.admit(&bucket, at: Self.at(100))
        #expect(first == .admit)
        #expect(early != .admit)
        #expect(due == .admit)
    }

    @Test(arguments: [1, 3, 7, 100, 999_983])
    func `in the long run it is the rate, never more`(requests: Int) throws {
        let pace = RatePace(try RateLimitSettings(requests: requests, burst: 1))
        var bucket = RateBucket()
        var passed = 0
        let step = max(1, 1_000_000_000 / Int64(requests) / 10)
        var now = Self.start
        let end = Self.start.advanced(byNanoseconds: min(10, step) * 1_000_000_000)
        while now < end {
            if pace.admit(&bucket, at: now) == .admit { passed += 1 }
            now = now.advanced(byNanoseconds: step)
        }
        let seconds = Double(end.nanoseconds(since: Self.start)) / 1e9
        let allowed = Double(requests) * seconds
        #expect(Double(passed) <= allowed + 1)
        #expect(Double(passed) >= allowed * 0.9, "the steps are a tenth of the interval")
    }

    @Test func `a lone client is told the second in which its token comes`() throws {
        let pace = RatePace(try RateLimitSettings(requests: 1, per: .milliseconds(2_500), burst: 1))
        var bucket = RateBucket()
        let first = pace.admit(&bucket, at: Self.start)
        let second = pace.admit(&bucket, at: Self.at(400))
        let back = pace.admit(&bucket, at: Self.at(3_400))
        #expect(first == .admit)
        #expect(second == .refuse(retryAfterSeconds: 3))
        #expect(back == .admit)
    }

    @Test(arguments: [(100, 50), (10, 1), (5, 20), (1_000, 10)])
    func `whoever waits as told is let in, however many were refused at once`(
        requests: Int, burst: Int
    ) throws {
        let pace = RatePace(try RateLimitSettings(requests: requests, burst: burst))
        var bucket = RateBucket()
        var waiting: [Int64: Int] = [:]
        for _ in 0..<burst + min(60 * min(requests, burst), 500) {
            if case .refuse(let seconds) = pace.admit(&bucket, at: Self.start) {
                waiting[seconds, default: 0] += 1
            }
        }
        #expect(waiting.values.reduce(0, +) == min(60 * min(requests, burst), 500))
        for (seconds, count) in waiting.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<count {
                let verdict = pace.admit(&bucket, at: Self.at(seconds * 1_000))
                #expect(verdict == .admit, "after \(seconds) s")
            }
        }
    }

    @Test func `clients that never wait do not send others away for long`() throws {
        let pace = RatePace(try RateLimitSettings(requests: 1, burst: 1))
        var bucket = RateBucket()
        var longest: Int64 = 0
        for _ in 0..<100_000 {
            if case .refuse(let seconds) = pace.admit(&bucket, at: Self.start) {
                longest = max(longest, seconds)
            }
        }
        #expect(longest == 61)
    }

    @Test func `time that stands still or steps back does no harm`() throws {
        let pace = RatePace(try RateLimitSettings(requests: 10, burst: 2))
        var bucket = RateBucket()
        let verdicts = [0, -500, -1_000, -1_500].map { pace.admit(&bucket, at: Self.at($0)) }
        #expect(verdicts[0] == .admit)
        #expect(verdicts[1...].allSatisfy { $0 != .admit || $0 == .admit })
        #expect(verdicts.count { $0 == .admit } <= 2)
    }

    @Test func `the largest settings do not overflow`() throws {
        let pace = RatePace(
            try RateLimitSettings(requests: 1, per: .seconds(86_400), burst: 30))
        var bucket = RateBucket()
        // Ten years of uptime.
        let now = Instant(nanoseconds: 315_360_000_000_000_000)
        for _ in 0..<30 {
            let verdict = pace.admit(&bucket, at: now)
            #expect(verdict == .admit)
        }
        let verdict = pace.admit(&bucket, at: now)
        #expect(verdict == .refuse(retryAfterSeconds: 86_400))
    }
}
