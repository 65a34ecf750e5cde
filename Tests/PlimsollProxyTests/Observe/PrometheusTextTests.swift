import Glibc
import PlimsollCore
import PlimsollIO
import Testing

@testable import PlimsollProxy

struct PrometheusTextTests {
    private func snapshot() throws -> MetricsSnapshot {
        let server = try TestServer(
            upstreams: [("app", ["127.0.0.1:1", "127.0.0.1:2"]), ("other", ["127.0.0.1:3"])])
        server.state.metrics[0].record(.sample())
        let counts = HealthCounts(passed: 1, failed: 2, transitions: 1, lastFailure: "")
        return MetricsSnapshot(
            of: server.state, health: [EndpointIndex(rawValue: 0): counts],
            at: MonotonicClock.now)
    }

    private static let hasPromtool = access("/usr/bin/promtool", X_OK) == 0

    @Test(.enabled(if: hasPromtool, "promtool is not installed"))
    func `promtool finds nothing wrong`() throws {
        let path = "/tmp/plimsoll-metrics-\(getpid())"
        defer {
            unlink(path)
            unlink(path + ".out")
        }
        let text = PrometheusText.write(try snapshot(), .prometheus)
        let file = FileDescriptor(
            owning: try SystemCall.check("open") {
                open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            })
        var copy = text
        let written = copy.withUTF8 { write(file.rawValue, $0.baseAddress, $0.count) }
        #expect(written == text.utf8.count)
        let status = try Shell.run("promtool check metrics <\(path) >\(path).out 2>&1")
        let said = String(
            decoding: try FileText.read(path + ".out", bytesMaximum: 1 << 20), as: UTF8.self)
        #expect(status == 0, "\(said)")
        #expect(said.isEmpty, "\(said)")
    }

    @Test func `buckets add up from the left, and the last is the count`() throws {
        let text = PrometheusText.write(try snapshot(), .prometheus)
        let name = "plimsoll_request_duration_seconds"
        #expect(text.contains("\(name)_bucket{upstream=\"app\",le=\"0.0025\"} 0\n"))
        #expect(text.contains("\(name)_bucket{upstream=\"app\",le=\"0.005\"} 1\n"))
        #expect(text.contains("\(name)_bucket{upstream=\"app\",le=\"30\"} 1\n"))
        #expect(text.contains("\(name)_bucket{upstream=\"app\",le=\"+Inf\"} 1\n"))
        #expect(text.contains("\(name)_sum{upstream=\"app\"} 0.003\n"))
        #expect(text.contains("\(name)_count{upstream=\"app\"} 1\n"))
    }

    @Test func `label values are escaped`() throws {
        let text = PrometheusText.write(try snapshot(), .prometheus)
        let route = "route=\"*/\\\"quoted\\\"\\\\\""
        #expect(text.contains("plimsoll_requests_total{\(route),status_class=\"2xx\"} 1\n"))
    }

    @Test func `OpenMetrics names counters without their suffix`() throws {
        let text = PrometheusText.write(try snapshot(), .openMetrics)
        #expect(text.contains("# TYPE plimsoll_requests counter\n"))
        #expect(text.contains("\nplimsoll_requests_total{"))
        #expect(text.hasSuffix("\n# EOF\n"))
    }

    @Test func `every metric of the catalogue has its own name`() {
        let names = MetricCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
        for metric in MetricCatalogue.all {
            #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter))
            #expect(!metric.help.hasSuffix("."))
        }
    }

    @Test func `every metric has samples on a server that has all there is`() throws {
        let snapshot = try snapshot()
        // Without listeners and an access log.
        let absent = Set(
            [
                MetricCatalogue.listenerConnections, MetricCatalogue.listenerLimit,
                MetricCatalogue.logLines, MetricCatalogue.logDropped, MetricCatalogue.logFailures,
            ].map(\.name))
        for metric in MetricCatalogue.all where !absent.contains(metric.name) {
            #expect(!snapshot.samples(of: metric).isEmpty, "\(metric.name)")
        }
    }

    @Test func `the document lists the catalogue`() throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let document = String(
            decoding: try FileText.read("/\(root)/docs/METRICS.md", bytesMaximum: 1 << 20),
            as: UTF8.self)
        let found = document.split(separator: "\n").filter { $0.hasPrefix("| `plimsoll_") }
        let expected = MetricCatalogue.all.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help). |"
        }
        #expect(found.map(String.init) == expected)
    }
}
