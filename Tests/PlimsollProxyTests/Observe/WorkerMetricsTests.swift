import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

struct WorkerMetricsTests {
    typealias Layout = MetricLayout.Upstream

    private func row(_ metrics: WorkerMetrics, _ upstream: UInt16) -> [Int] {
        var sums = [Int](repeating: 0, count: Layout.cellsPerRow)
        metrics.upstreams.add(
            row: WorkerMetrics.row(of: UpstreamIndex(rawValue: upstream)), to: &sums)
        return sums
    }

    @Test func `every reason has a place of its own`() {
        let positions = EndReason.all.map(\.position)
        #expect(positions == Array(0..<EndReason.count))
        #expect(EndReason.count <= Layout.reasonCount)
    }

    @Test func `an exchange is counted once, under one status, reason and bucket`() {
        let metrics = WorkerMetrics()
        metrics.record(.sample())
        let row = row(metrics, 0)
        #expect(row[Layout.statuses + 2] == 1)
        #expect(row[Layout.statuses..<Layout.reasons].reduce(0, +) == 1)
        #expect(row[Layout.reasons + EndReason.none.position] == 1)
        #expect(row[Layout.reasons..<Layout.attempts].reduce(0, +) == 1)
        #expect(row[Layout.total] == 3_000_000)
        // 3 ms: above 2.5 ms, at most 5 ms.
        #expect(row[Layout.total + 1 + 3] == 1)
        #expect(row[Layout.upstream] == 2_000_000)
        #expect(row[Layout.queue..<Layout.cellsPerRow].reduce(0, +) == 0)
        #expect(row[Layout.sentBytes] == 1_000)
    }

    @Test func `an exchange without an upstream counts in the row of none`() {
        let metrics = WorkerMetrics()
        var facts = ExchangeFacts.sample(status: 404, reason: .client(.noRoute))
        facts.route = RouteIndex(rawValue: .max)
        facts.upstream = UpstreamIndex(rawValue: .max)
        metrics.record(facts)
        metrics.refused(status: 400, .headMalformed)
        let row = row(metrics, .max)
        #expect(row[Layout.statuses + 4] == 2)
        #expect(row[Layout.reasons + EndReason.client(.noRoute).position] == 1)
        #expect(row[Layout.reasons + EndReason.client(.headMalformed).position] == 1)
    }

    @Test func `a status that none is counts in the class of none`() {
        for status: UInt16 in [0, 99, 600, .max] {
            #expect(MetricLayout.statusClass(status) == 0)
        }
        #expect(MetricLayout.statusClass(100) == 1)
        #expect(MetricLayout.statusClass(599) == 5)
    }

    @Test func `lag is only what came later than due`() {
        let metrics = WorkerMetrics()
        metrics.beginTurn(at: Instant(nanoseconds: 100), due: Instant(nanoseconds: 100))
        metrics.beginTurn(at: Instant(nanoseconds: 100), due: .distantFuture)
        metrics.beginTurn(at: Instant(nanoseconds: 2_000_100), due: Instant(nanoseconds: 100))
        var sums = [Int](repeating: 0, count: MetricLayout.histogramCells)
        metrics.addLag(to: &sums)
        #expect(sums[0] == 2_000_000)
        #expect(sums[1...].reduce(0, +) == 1)
        #expect(metrics.value(of: .turns) == 3)
    }

    @Test func `a reader on another thread sees whole exchanges of new rows`() throws {
        let metrics = WorkerMetrics()
        let rows = 200
        let writer = try LoopThread(name: "writer") {
            for index in 0..<rows {
                var facts = ExchangeFacts.sample()
                facts.upstream = UpstreamIndex(rawValue: UInt16(index))
                metrics.record(facts)
            }
        }
        for _ in 0..<50 {
            for index in 0..<rows {
                let row = row(metrics, UInt16(index))
                #expect(row.allSatisfy { $0 >= 0 && $0 <= 3_000_000 })
            }
        }
        writer.join()
        for index in 0..<rows {
            #expect(row(metrics, UInt16(index))[Layout.statuses + 2] == 1)
        }
    }
}
