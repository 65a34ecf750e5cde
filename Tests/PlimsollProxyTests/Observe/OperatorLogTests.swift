import PlimsollConfig
import PlimsollCore
import Synchronization
import Testing

@testable import PlimsollProxy

/// Keeps the lines that a log writes.
final class LineCollector: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func makeLog(_ level: OperatorLog.Level = .debug) -> OperatorLog {
        OperatorLog(
            level: level, clock: { WallTime(seconds: 784_111_777, nanoseconds: 123_456_000) },
            write: { line in self.kept.withLock { $0.append(line) } })
    }
}

@Suite struct OperatorLogTests {
    private func logged(_ message: String, _ value: String) -> String? {
        let lines = LineCollector()
        lines.makeLog().info(message, ["key": value])
        return lines.lines.first
    }

    @Test func `a line is time, level, message and fields`() {
        #expect(
            logged("listening", "[::]:80")
                == "1994-11-06T08:49:37.123456Z info listening key=[::]:80\n")
    }

    @Test func `what could be read in two ways is quoted`() {
        #expect(logged("a", "b c")?.hasSuffix(" a key=\"b c\"\n") == true)
        #expect(logged("a", "")?.hasSuffix(" a key=\"\"\n") == true)
        #expect(logged("a", "b=c")?.hasSuffix(" a key=\"b=c\"\n") == true)
        #expect(logged("a", "say \"b\"")?.hasSuffix(" a key=\"say \\\"b\\\"\"\n") == true)
    }

    @Test func `nobody can begin a line of their own`() {
        #expect(logged("a\nb", "c\r\nd\u{1B}e")?.hasSuffix(" a?b key=\"c??d?e\"\n") == true)
    }

    @Test func `less important levels are left out`() {
        let lines = LineCollector()
        let log = lines.makeLog(.warning)
        log.info("a")
        log.warning("b")
        log.level = .info
        log.info("c")
        log.debug("d")
        #expect(lines.lines.count == 2)
    }
}
