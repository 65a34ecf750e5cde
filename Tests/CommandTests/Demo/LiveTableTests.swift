import PlimsollCore
import Testing

@testable import plimsoll

@Suite struct LiveTableTests {
    private var table: LiveTable {
        var traffic = TrafficRecord()
        for _ in 0..<100 {
            traffic.countSent(lateNanoseconds: 0)
            traffic.count(.good, nanoseconds: 12_340_000)
        }
        traffic.count(.timedOut, nanoseconds: 1_000_000_000)
        var limited = ProxyView.Upstream()
        limited.inFlight = 16
        limited.limit = 16
        limited.waiting = 3
        return LiveTable(
            rows: [
                .init(service: .payments, traffic: traffic, upstream: .init()),
                .init(
                    service: .recommendations, traffic: TrafficRecord(), upstream: limited,
                    condition: "stalled"),
            ],
            connections: 42, elapsedNanoseconds: 1_250_000_000)
    }

    @Test func `a row says what clients saw and what the proxy holds`() {
        #expect(
            table.lines == [
                "  service          sent/s  good/s  bad/s       p99  in flight  waiting  breaker",
                "  payments            100     100      1   12.3 ms          0        0  -",
                "  recommendations       0       0      0         -      16/16        3  - (stalled)",
                "  client connections 42 of 200, 1.3 s into the act",
            ])
    }

    @Test func `elsewhere than on a terminal it is one line`() {
        #expect(
            table.summary == "  1.3 s | payments 100 good 1 bad p99 12.3 ms"
                + " | recommendations 0 good 0 bad p99 - | 42 connections")
    }

    @Test func `shares are never rounded up`() {
        #expect(Figure.percent(1) == "100.0 %")
        #expect(Figure.percent(0.999) == "99.9 %")
        #expect(Figure.percent(0.999_99) == "99.9 %")
    }

    @Test func `every line of the story fits a narrow terminal`() {
        for scene in Scene.allCases {
            for line in scene.words + [scene.title] {
                #expect(line.count <= 80, "\(line)")
            }
        }
    }
}
