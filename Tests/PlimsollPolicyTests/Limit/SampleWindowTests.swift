import PlimsollCore
import Testing

@testable import PlimsollPolicy

@Suite struct SampleWindowTests {
    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func `windows of two loops merge into what one would have seen`() {
        var whole = SampleWindow()
        var parts = [SampleWindow(), SampleWindow()]
        for sample in 0..<100 {
            let latency = Int64(sample * 700_001 + 3)
            let now = at(Int64(1_000 - sample))
            whole.recordAnswer(latency, hasWaited: sample % 3 == 0, at: now)
            parts[sample % 2].recordAnswer(latency, hasWaited: sample % 3 == 0, at: now)
        }
        whole.recordDrop(at: at(5))
        parts[1].recordDrop(at: at(5))
        whole.recordRefusal(at: at(6))
        parts[0].recordRefusal(at: at(6))
        var merged = SampleWindow()
        merged.merge(parts[0])
        merged.merge(parts[1])
        #expect(merged.samples == whole.samples)
        #expect(merged.latencies.sum == whole.latencies.sum)
        #expect(merged.waited == whole.waited)
        #expect(merged.drops == 1)
        #expect(merged.refused == 1)
        #expect(merged.since == at(5))
        #expect(merged.latencies.moments(cut: 3e7) == whole.latencies.moments(cut: 3e7))
    }

    @Test func `the limit is binding when half of what came found it in the way`() {
        var window = SampleWindow()
        window.recordAnswer(1, hasWaited: true, at: at(0))
        window.recordAnswer(1, hasWaited: false, at: at(0))
        #expect(window.isBinding)
        window.recordAnswer(1, hasWaited: false, at: at(0))
        #expect(!window.isBinding)
        window.recordRefusal(at: at(0))
        #expect(window.isBinding, "who was turned away found it in the way, too")
    }

    @Test func `an empty window says nothing`() {
        let window = SampleWindow()
        #expect(window.isEmpty)
        #expect(!window.isBinding)
        #expect(window.dropShare == 0)
        #expect(window.latencies.mean == 0)
    }
}
