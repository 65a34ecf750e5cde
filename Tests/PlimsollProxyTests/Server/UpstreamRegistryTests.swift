import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

@Suite struct UpstreamRegistryTests {
    private let now = Instant(nanoseconds: 0)

    private func configuration(_ upstreams: [(String, [String])]) throws -> ResolvedConfiguration {
        let settings = try upstreams.map { name, addresses in
            UpstreamSettings(
                name: name,
                endpoints: try addresses.map {
                    EndpointSettings(
                        address: .socket(try #require(SocketAddress(parsing: $0))), text: $0)
                })
        }
        return try ResolvedConfiguration(resolving: Configuration(upstreams: settings))
    }

    @Test func `an upstream is the same by its name, an endpoint by its address`() throws {
        var registry = UpstreamRegistry(workers: 2, seed: 1)
        let first = registry.adopt(
            try configuration([("a", ["10.0.0.1:80", "10.0.0.2:80"]), ("b", ["10.0.0.1:80"])]),
            now: now
        ).plans
        let second = registry.adopt(
            try configuration([("b", ["10.0.0.1:80"]), ("a", ["10.0.0.3:80", "10.0.0.2:80"])]),
            now: now
        ).plans
        #expect(second[0].shared === first[1].shared)
        #expect(second[1].shared === first[0].shared)
        #expect(second[1].endpoints[1].shared === first[0].endpoints[1].shared)
        #expect(second[1].endpoints[0].index.rawValue == 3)
        #expect(first[0].endpoints[0].shared !== first[1].endpoints[0].shared)
    }

    @Test func `an upstream that comes back finds its state`() throws {
        var registry = UpstreamRegistry(workers: 1, seed: 1)
        let before = registry.adopt(try configuration([("a", ["10.0.0.1:80"])]), now: now).plans
        _ = registry.adopt(try configuration([("b", ["10.0.0.1:80"])]), now: now)
        let after = registry.adopt(try configuration([("a", ["10.0.0.1:80"])]), now: now).plans
        #expect(after[0].shared === before[0].shared)
        #expect(after[0].endpoints[0].shared === before[0].endpoints[0].shared)
    }

    @Test func `more upstreams than can be numbered are refused before anything changes`() throws {
        let most = WorkerUpstreams.upstreamsMaximum
        var registry = UpstreamRegistry(workers: 1, seed: 1)
        let names = (0..<most).map { ("u\($0)", ["10.0.0.1:80"]) }
        let full = try configuration(names)
        #expect(registry.refusal(of: full) == nil)
        _ = registry.adopt(full, now: now)
        #expect(registry.refusal(of: full) == nil)
        let another = try configuration([("one-more", ["10.0.0.1:80"])])
        #expect(registry.refusal(of: another)?.contains("restart") == true)
    }
}
