import PlimsollCore
import Testing

@Suite struct StatisticsTests {
    @Test func `a window counts exactly and forgets bucket by bucket`() {
        var counter = WindowedCounter(windowNanoseconds: 1_000, start: Instant(nanoseconds: 0))
        counter.add(3, at: Instant(nanoseconds: 50))
        counter.add(at: Instant(nanoseconds: 150))
        let all = counter.total(at: Instant(nanoseconds: 999))
        let later = counter.total(at: Instant(nanoseconds: 1_000))
        let last = counter.total(at: Instant(nanoseconds: 1_100))
        #expect([all, later, last] == [4, 1, 0])
        counter.add(2, at: Instant(nanoseconds: 100_000))
        counter.add(2, at: Instant(nanoseconds: 99_000))
        let late = counter.total(at: Instant(nanoseconds: 100_000))
        #expect(late == 4)
    }

    @Test func `a decay halves after tau times ln 2, and to 1e-8 everywhere`() {
        // e^-0.5, e^-1, e^-10 from a table.
        let table: [(Int64, Double)] = [
            (500, 0.606530659712633), (1_000, 0.367879441171442), (10_000, 4.5399929762484854e-5),
        ]
        for (elapsed, expected) in table {
            let factor = decayFactor(elapsedNanoseconds: elapsed, tauNanoseconds: 1_000)
            #expect(abs(factor / expected - 1) < 1e-8)
        }
        #expect(decayFactor(elapsedNanoseconds: 0, tauNanoseconds: 1) == 1)
        #expect(decayFactor(elapsedNanoseconds: -5, tauNanoseconds: 1) == 1)
        #expect(decayFactor(elapsedNanoseconds: .max, tauNanoseconds: 1) == 0)
        // e^-(a+b) = e^-a e^-b, over all fractions of a halving.
        for step in Int64(1)..<2_000 {
            let whole = decayFactor(elapsedNanoseconds: step, tauNanoseconds: 500)
            let half = decayFactor(elapsedNanoseconds: step, tauNanoseconds: 1_000)
            #expect(abs(half * half / whole - 1) < 4e-8)
        }
    }

    @Test func `a peak average believes bad news at once and good news slowly`() {
        var average = PeakAverage(
            initialNanoseconds: 30, tauNanoseconds: 1_000, start: Instant(nanoseconds: 0))
        average.record(100, at: Instant(nanoseconds: 10))
        #expect(average.value == 100)
        average.record(0, at: Instant(nanoseconds: 10))
        #expect(average.value == 100, "no time has passed since the peak")
        average.record(0, at: Instant(nanoseconds: 1_010))
        #expect(abs(average.value - 36.788) < 0.001)
    }

    @Test func `an exponential average starts with its first sample`() {
        var average = ExponentialAverage(weight: 0.5)
        average.record(8)
        average.record(4)
        #expect(average.value == 6)
    }

    @Test func `histogram buckets cover everything in order`() {
        var previous = 0
        for step in 0..<(1 << 16) {
            let bucket = LatencyHistogram.bucket(nanoseconds: Int64(step) << 8)
            #expect(bucket == previous || bucket == previous + 1)
            #expect(Int64(step) << 8 < LatencyHistogram.upperBound(bucket: bucket))
            previous = bucket
        }
        #expect(LatencyHistogram.bucket(nanoseconds: -1) == 0)
        #expect(LatencyHistogram.bucket(nanoseconds: .max) == LatencyHistogram.bucketCount - 1)
        #expect(LatencyHistogram.upperBound(bucket: LatencyHistogram.bucketCount - 1) == 1 << 40)
    }

    @Test func `quantiles are right to 6 percent and merging adds`() {
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        for number in Int64(1)...10_000 {
            if number % 2 == 0 {
                left.record(nanoseconds: number * 10_000)
            } else {
                right.record(nanoseconds: number * 10_000)
            }
        }
        #expect(LatencyHistogram().quantile(0.5) == 0)
        left.merge(right)
        #expect(left.count == 10_000)
        #expect(left.maximumNanoseconds == 100_000_000)
        for (share, exact) in [(0.5, 5e7), (0.99, 9.9e7), (0.001, 1e5)] {
            let estimate = Double(left.quantile(share))
            #expect(estimate >= exact * 0.999 && estimate < exact * 1.07)
        }
        #expect(left.quantile(1) == 100_000_000)
    }
}
