import PlimsollConfig
import PlimsollCore
import Testing

@testable import PlimsollProxy

@Suite struct LogQueueTests {
    private func event(_ value: Int64) -> LoopEvent {
        LoopEvent(
            .warning, "accept failed", worker: WorkerIndex(rawValue: 3), key: "errno", value: value)
    }

    @Test func `events of loops become lines in their order`() {
        let lines = LineCollector()
        let queue = LogQueue(capacity: 2)
        queue.post(event(24))
        queue.post(event(23))
        queue.drain(to: lines.makeLog())
        #expect(
            lines.lines.map { $0.dropFirst(28) } == [
                "warning accept failed errno=24 loop=3\n",
                "warning accept failed errno=23 loop=3\n",
            ])
    }

    @Test func `a full queue drops and says how much`() {
        let lines = LineCollector()
        let log = lines.makeLog()
        let queue = LogQueue(capacity: 1)
        queue.post(event(1))
        queue.post(event(2))
        queue.post(event(3))
        queue.drain(to: log)
        #expect(lines.lines.count == 2)
        #expect(lines.lines.last?.hasSuffix("events of loops were dropped count=2\n") == true)
        queue.drain(to: log)
        #expect(lines.lines.count == 2)
    }
}
