import PlimsollConfig
import PlimsollProxy
import Testing

@testable import plimsoll

@Suite struct CapacityReportTests {
    private static func report(_ text: String, descriptors: Int = 1_000_000) throws -> [String] {
        let base =
            "[server]\nloops = 2\n[[listener]]\n[upstream.app]\n"
            + "endpoints = [\"127.0.0.1:1\"]\n"
        let result = ConfigurationLoader.load(text: base + text, file: "f")
        let configuration = try #require(result.configuration, "\(result.report)")
        let worst = WorstCase(configuration, coresAvailable: 1, descriptors: descriptors)
        return CapacityReport(worst: worst, descriptorLimit: descriptors).text
            .split(separator: "\n").map(String.init)
    }

    @Test func `it names memory by its parts, descriptors and queues`() throws {
        let lines = try Self.report(
            "bulkhead = { concurrency = 3, queue = 4, queue_timeout = \"1250ms\" }")
        #expect(lines[0] == "worst case on this machine, with 2 loops:")
        #expect(lines[1].hasPrefix("  memory: at most "))
        #expect(lines.contains("    512 MiB buffers"))
        #expect(lines.contains("  descriptors: at most 20580 of 1000000"))
        #expect(lines.last == "  upstream app: 3 in flight, 4 waiting for at most 1.25 s")
    }

    @Test func `it says what has no queue or no limit, and what is short`() throws {
        #expect(try Self.report("bulkhead.queue = 0").last?.hasSuffix("no queue") == true)
        #expect(try Self.report("bulkhead.mode = \"off\"").last?.hasSuffix("is off)") == true)
        let lines = try Self.report("", descriptors: 1_024)
        #expect(lines.contains { $0.hasSuffix("of 1024; this shell allows fewer") })
    }
}
