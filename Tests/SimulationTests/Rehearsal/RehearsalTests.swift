import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import PlimsollSimulation
import Testing

/// Texts of a configuration and its traffic, played.
func rehearse(
    _ configuration: String, _ traffic: String, log: AccessLog? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> RehearsalResult {
    let loaded = ConfigurationLoader.load(text: configuration, file: "c")
    let described = TrafficLoader.load(text: traffic, file: "t")
    return try Rehearsal(
        try #require(loaded.configuration, "\(loaded.report)", sourceLocation: sourceLocation),
        try #require(described.traffic, "\(described.report)", sourceLocation: sourceLocation),
        log: log
    ).run()
}

@Suite struct RehearsalTests {
    private static func bulkhead(
        concurrency: Int = 16, queue: Int = 16, timeout: String = "50ms", more: String = ""
    ) -> String {
        """
        [server]
        loops = 2
        [[listener]]
        [[route]]
        path_prefix = "/"
        upstream = "app"
        timeout = "5s"
        [upstream.app]
        endpoints = ["127.0.0.1:9000"]
        [upstream.app.bulkhead]
        concurrency = \(concurrency)
        queue = \(queue)
        queue_timeout = "\(timeout)"
        \(more)
        """
    }

    private static func traffic(rate: Double, seconds: Int = 20, more: String = "") -> String {
        """
        duration = "\(seconds)s"
        warmup = "2s"
        [[class]]
        rate = \(rate)
        [upstream.app]
        slots = 16
        service = { shape = "lognormal", mean = "25ms", sigma = 0.5 }
        \(more)
        """
    }

    @Test func `below its capacity everything is served and nothing refused`() throws {
        let total = try rehearse(Self.bulkhead(), Self.traffic(rate: 320)).total
        #expect(total.shedCount == 0)
        #expect(total.ok == total.offered)
        #expect(abs(Double(total.offered) / 18 - 320) < 15)
    }

    @Test func `at twice its capacity the upstream stays busy and half is refused`() throws {
        let result = try rehearse(Self.bulkhead(), Self.traffic(rate: 1280))
        let total = result.total
        let goodput = Double(total.good) / result.countedSeconds
        #expect(goodput > 0.95 * 640 && goodput < 1.05 * 640, "\(goodput)")
        let shed = Double(total.shedCount) / Double(total.offered)
        #expect(abs(shed - 0.5) < 0.03, "\(shed)")
        #expect(result.upstreams[0].insideMaximum == 0, "the bulkhead is the slots")
        #expect(result.upstreams[0].utilisation ?? 0 > 0.97)
        #expect(total.ended == total.offered)
    }

    @Test func `without a bulkhead the overload waits inside the upstream`() throws {
        let open = Self.bulkhead(concurrency: 100_000)
        let result = try rehearse(open, Self.traffic(rate: 1280))
        #expect(result.total.good < result.total.offered / 10)
        #expect(result.upstreams[0].insideMaximum > 500)
        #expect(result.upstreams[0].wasted > 1_000, "clients had left")
    }

    @Test func `the same seed gives the same result, another one another`() throws {
        let first = try rehearse(Self.bulkhead(), Self.traffic(rate: 900))
        let second = try rehearse(Self.bulkhead(), Self.traffic(rate: 900))
        let other = try rehearse(
            Self.bulkhead(), "seed = 2\n" + Self.traffic(rate: 900))
        func texts(_ result: RehearsalResult) -> [String] {
            let runs = [(label: "c", result: result)]
            return [
                RehearsalReport(runs).text, RehearsalJSON(runs).text,
                RehearsalChart(runs, objectiveNanoseconds: 100_000_000).svg,
            ]
        }
        #expect(texts(first) == texts(second))
        #expect(texts(first)[1] != texts(other)[1])
    }

    @Test func `arrivals do not depend on the configuration`() throws {
        let narrow = try rehearse(Self.bulkhead(concurrency: 2), Self.traffic(rate: 500))
        let wide = try rehearse(Self.bulkhead(concurrency: 64), Self.traffic(rate: 500))
        #expect(narrow.classes[0].slices.map(\.offered) == wide.classes[0].slices.map(\.offered))
        #expect(narrow.total.shedCount > wide.total.shedCount)
    }

    @Test func `a dead upstream opens its breaker, which closes when it is well again`() throws {
        let fault = """
            [[upstream.app.fault]]
            at = "5s"
            for = "5s"
            error_share = 1.0
            """
        let more = "[upstream.app.breaker]\nopen_for = \"500ms\""
        let result = try rehearse(
            Self.bulkhead(more: more), Self.traffic(rate: 320, more: fault))
        let total = result.total
        #expect(result.upstreams[0].breakerOpenings >= 1)
        #expect(total.shed[Int(ShedReason.breakerOpen.rawValue)] > 1_000)
        let late = result.classes[0].slices.suffix(30)
        #expect(late.reduce(0) { $0 + $1.bad + $1.shed } == 0, "it is well again")
    }

    @Test func `a hanging upstream costs no more than its permits`() throws {
        let fault = """
            [[upstream.app.fault]]
            at = "5s"
            for = "5s"
            mode = "hang"
            """
        let result = try rehearse(Self.bulkhead(), Self.traffic(rate: 320, more: fault))
        let most = result.upstreams[0].slices.map(\.inFlightMaximum).max() ?? 0
        #expect(most <= 16)
        let late = result.classes[0].slices.suffix(20)
        #expect(late.reduce(0) { $0 + $1.bad + $1.shed } == 0, "it is well again")
    }

    @Test func `naive retries of clients multiply what an overloaded upstream is asked`() throws {
        let traffic = Self.traffic(rate: 1280).replacing(
            "rate = ", with: "retries = 3\nrate = ")
        let total = try rehearse(Self.bulkhead(), traffic).total
        #expect(total.attempts > total.offered * 3 / 2)
        #expect(total.attempts <= total.offered * 4)
    }

    @Test func `who comes back when told to is mostly let in`() throws {
        let traffic = Self.traffic(rate: 700).replacing(
            "rate = ", with: "heeds_retry_after = true\nrate = ")
        let total = try rehearse(Self.bulkhead(), traffic).total
        #expect(total.returned > 0)
        #expect(total.returnedAdmitted > 0)
    }

    @Test func `what no route leads to an upstream is answered by the proxy`() throws {
        let text = Self.bulkhead().replacing("path_prefix = \"/\"", with: "path_prefix = \"/x\"")
        let result = try rehearse(text, Self.traffic(rate: 10))
        #expect(result.total.ok == result.total.offered)
        #expect(result.upstreams[0].arrived == 0)
        #expect(result.notes.contains { $0.contains("no route") })
    }

    @Test func `an upstream that the configuration does not have is refused`() throws {
        #expect(throws: RehearsalError.self) {
            _ = try rehearse(
                Self.bulkhead(),
                Self.traffic(rate: 10).replacing("upstream.app", with: "upstream.ap"))
        }
    }

    @Test func `a rate limit of a route refuses what is beyond it`() throws {
        let limited = Self.bulkhead().replacing(
            "timeout = \"5s\"", with: "timeout = \"5s\"\nrate_limit = { requests = 100 }")
        let total = try rehearse(limited, Self.traffic(rate: 320)).total
        let refused = total.shed[Int(ShedReason.rateLimited.rawValue)]
        #expect(abs(Double(refused) / Double(total.offered) - 220.0 / 320) < 0.03)
    }

    @Test func `one endpoint of four that hangs is hardly felt`() throws {
        let configuration = Self.bulkhead(concurrency: 64).replacing(
            "[\"127.0.0.1:9000\"]",
            with: "[\"127.0.0.1:9000\", \"127.0.0.1:9001\", \"127.0.0.1:9002\", \"127.0.0.1:9003\"]"
        )
        let fault = """
            [[upstream.app.fault]]
            at = "10s"
            endpoint = 2
            mode = "hang"
            """
        let result = try rehearse(configuration, Self.traffic(rate: 640, more: fault))
        let bad = result.total.failed + result.total.timedOut + result.total.shedCount
        #expect(bad < result.total.offered / 100, "\(bad) of \(result.total.offered)")
        #expect(result.upstreams[0].retries > 0, "hedges go elsewhere")
    }

    private static let twoClasses = """
        duration = "20s"
        warmup = "2s"
        [[class]]
        name = "gold"
        path = "/gold"
        rate = 200
        [[class]]
        name = "rest"
        path = "/rest"
        rate = 1080
        [upstream.app]
        slots = 16
        service = { shape = "lognormal", mean = "25ms", sigma = 0.5 }
        """

    @Test func `what matters more is served before what matters less`() throws {
        let routes = """
            [[route]]
            path = "/gold"
            upstream = "app"
            priority = "critical"
            """
        let result = try rehearse(
            Self.bulkhead(queue: 32, more: "") + "\n" + routes, Self.twoClasses)
        let gold = result.classes[0].total
        #expect(result.classes[0].priority == .critical)
        #expect(Double(gold.good) > 0.98 * Double(gold.offered), "\(gold)")
        #expect(result.classes[1].total.shedCount > result.classes[1].total.offered / 2)
    }

    @Test func `a tenant at many times its share does not take the queue from another`() throws {
        let configuration = Self.bulkhead(queue: 32).replacing(
            "[upstream.app]\n", with: "[upstream.app]\ntenant = \"client-address\"\n")
        let fair = try rehearse(configuration, Self.twoClasses).classes[0].total
        let unfair = try rehearse(Self.bulkhead(queue: 32), Self.twoClasses).classes[0].total
        #expect(fair.good > unfair.good * 3 / 2, "\(fair.good) to \(unfair.good)")
        #expect(Double(fair.good) > 0.95 * Double(fair.offered))
    }
}
