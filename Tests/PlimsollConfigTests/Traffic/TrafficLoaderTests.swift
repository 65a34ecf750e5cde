import PlimsollConfig
import Testing

/// A traffic description that is wrong in one way, and what must be said about it.
struct BrokenTraffic: Sendable, CustomTestStringConvertible {
    let text: String
    let said: [String]

    init(_ text: String, _ said: String) {
        self.text = text
        self.said = said.split(separator: "\n").map(String.init)
    }

    var testDescription: String { said.first ?? "sound" }

    /// A class and an upstream in front, six lines.
    static let start = """
        [[class]]
        rate = 10
        [upstream.app]
        service = { shape = "constant", mean = "5ms" }
        # Line 5.
        # Line 6.

        """

    static let all: [BrokenTraffic] = [
        BrokenTraffic(
            "", "1:1: there is no traffic; add a [[class]] with a rate, or [log] with a file"),
        BrokenTraffic(
            "durration = \"5s\"\n" + start,
            "1:1: unknown key \"durration\" at the top of the file; did you mean \"duration\"?"),
        BrokenTraffic(
            start + "slots = 0", "7:9: upstream.app.slots is 0; it must be 1 to 1000000"),
        BrokenTraffic(
            "duration = \"2s\"\nwarmup = \"2s\"\n" + start,
            "2:10: warmup is not shorter than duration; leave some time to be counted"),
        BrokenTraffic(
            "[[class]]\nname = \"a\"",
            "1:1: a class has no rate; add rate = 100, or rate = [{ at = \"0s\", per_second = 100 }]"
        ),
        BrokenTraffic(
            "[[class]]\nrate = [{ at = \"1s\", per_second = 5 }]",
            "2:9: this is no step of class.rate, or not in its place; write { at = \"5s\", per_second = 100 }; the first at \"0s\", each later than the one before"
        ),
        BrokenTraffic(
            "[[class]]\nrate = -1",
            "2:8: class.rate is -1; it must be 0 to 1000000, or steps { at, per_second } from \"0s\" on, ascending"
        ),
        BrokenTraffic(
            "[[class]]\nrate = 1\npriority = \"high\"",
            "3:12: class.priority is \"high\"; it must be \"critical\", \"default\", \"sheddable\" or \"background\""
        ),
        BrokenTraffic(
            "[[class]]\nrate = 1\n[upstream.app]\nslots = 1",
            "3:11: upstream.app has no service; add service = { shape = \"lognormal\", mean = \"25ms\" }"
        ),
        BrokenTraffic(
            start + "[[upstream.app.fault]]\nat = \"1s\"",
            "7:1: a fault changes nothing; add scale, slots, mode or error_share"),
        BrokenTraffic(
            start + "[[upstream.app.fault]]\nscale = 2",
            "7:1: a fault has no beginning; add at = \"5s\""),
        BrokenTraffic(
            "[[class]]\nrate = 1\n[upstream.app]\nservice = { shape = \"bimodal\", fast = \"1ms\" }",
            "4:1: upstream.app.service has no slow; add slow = \"25ms\""),
        BrokenTraffic(
            "[log]\nspeed = 2", "1:2: log has no file; name an access log, or leave [log] out"),
    ]
}

@Suite struct TrafficLoaderTests {
    @Test(arguments: BrokenTraffic.all)
    func `what is wrong is told with its place, rule and fix`(_ file: BrokenTraffic) {
        let result = TrafficLoader.load(text: file.text, file: "f")
        #expect(result.traffic == nil)
        #expect(result.report.split(separator: "\n").map { String($0.dropFirst(2)) } == file.said)
    }

    @Test func `a class, an upstream and its faults are read`() throws {
        let text = """
            duration = "20s"
            objective = "250ms"
            seed = 7
            [[class]]
            name = "gold"
            path = "/pay?x=1"
            rate = [{ at = "0s", per_second = 1.5 }, { at = "5s", per_second = 100 }]
            headers = { X-Tenant = "a" }
            priority = "critical"
            retries = 3
            [upstream.app]
            slots = 16
            service = { shape = "bimodal", fast = "5ms", slow = "200ms", slow_share = "5%" }
            [[upstream.app.fault]]
            at = "5s"
            for = "1s"
            endpoint = 2
            error_share = 0.5
            """
        let result = TrafficLoader.load(text: text, file: "f")
        let traffic = try #require(result.traffic, "\(result.report)")
        #expect(traffic.duration == .seconds(20))
        #expect(traffic.seed == 7)
        #expect(traffic.classes[0].rates.map(\.perSecond) == [1.5, 100])
        #expect(traffic.classes[0].headers == [HeaderChanges.Field(name: "X-Tenant", value: "a")])
        #expect(traffic.classes[0].arrival == .poisson)
        #expect(traffic.upstreams[0].slots == 16)
        #expect(
            traffic.upstreams[0].service
                == .bimodal(fast: .milliseconds(5), slow: .milliseconds(200), slowShare: 0.05))
        #expect(traffic.upstreams[0].faults[0].lasting == .seconds(1))
        #expect(traffic.upstreams[0].faults[0].errorShare == 0.5)
    }

    @Test func `the example is in order`() {
        let result = TrafficLoader.load(path: Repository.path("config/examples/traffic.toml"))
        #expect(result.report.isEmpty)
    }

    @Test func `the reference has every key of a traffic description, and no other`() throws {
        let rows = try Repository.text("docs/SIMULATION.md").split(separator: "\n")
            .map(String.init).filter { $0.hasPrefix("| `") }
        #expect(rows.sorted() == ConfigurationKey.traffic.map(\.referenceRow).sorted())
    }
}
