import PlimsollConfig
import PlimsollCore
import PlimsollSimulation
import Testing

@Suite struct AccessLogTests {
    private static let configuration = """
        [[listener]]
        [[route]]
        path_prefix = "/a"
        upstream = "app"
        [upstream.app]
        endpoints = ["127.0.0.1:9000"]
        """

    /// A request every ten milliseconds, written when it ended, 20 ms later.
    private static func lines(_ count: Int) -> String {
        (0..<count).map { number in
            let end = 20 + number * 10
            let second = 10 + end / 1000
            let rest = end % 1000
            let fraction = "\(rest / 100)\(rest / 10 % 10)\(rest % 10)000"
            return #"{"time":"2026-11-21T17:00:\#(second).\#(fraction)Z","id":"x","method":"GET","#
                + #""host":"h","target":"/a/\#(number)","status":200,"reason":"none","#
                + #""upstream":"app","attempts":1,"seconds":0.020,"upstream_seconds":0.020}"#
        }.joined(separator: "\n") + "\n"
    }

    @Test func `a log comes again as it came, with the times that it measured`() throws {
        let log = try AccessLog(Array(Self.lines(200).utf8), file: "l")
        #expect(log.skippedCount == 0)
        let result = try rehearse(Self.configuration, "[log]\nfile = \"l\"", log: log)
        #expect(result.total.offered == 200)
        #expect(result.total.ok == 200)
        #expect(result.classes.map(\.name) == ["*/a"])
        #expect(result.durationNanoseconds == 1_990_000_001)
        let median = result.total.latency.quantile(0.5)
        #expect(abs(Double(median) / 20e6 - 1) < 0.07)
    }

    @Test func `at ten times its speed a log needs the slots that nobody told`() throws {
        let log = try AccessLog(Array(Self.lines(400).utf8), file: "l")
        let traffic = """
            [log]
            file = "l"
            speed = 10
            [upstream.app]
            slots = 2
            """
        let result = try rehearse(Self.configuration, traffic, log: log)
        #expect(result.total.offered == 400)
        #expect(result.upstreams[0].insideMaximum > 100)
    }

    @Test func `lines that are none are counted, a file without one is refused`() throws {
        let text = "not json\n" + Self.lines(3) + "{\"time\":1}\n"
        let log = try AccessLog(Array(text.utf8), file: "l")
        #expect(log.skippedCount == 2)
        #expect(log.firstSkipped == 1)
        #expect(throws: RehearsalError.self) { _ = try AccessLog(Array("{}\n".utf8), file: "l") }
    }
}
