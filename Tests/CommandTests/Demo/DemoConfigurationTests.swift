import PlimsollConfig
import PlimsollPolicy
import Testing

@testable import plimsoll

@Suite struct DemoConfigurationTests {
    private let configuration = DemoConfiguration(frontPort: 18_080, ports: [1, 2, 3])

    @Test(arguments: [false, true])
    func `both configurations of the story are right, without a warning`(isProtected: Bool) throws {
        let text = configuration.text(isProtected: isProtected)
        let loaded = ConfigurationLoader.load(text: text, file: "demo")
        #expect(loaded.report == "")
        let upstreams = try #require(loaded.configuration).upstreams
        #expect(upstreams.count == 3)
        for upstream in upstreams {
            #expect(upstream.bulkhead.isEnforced == isProtected)
            #expect(upstream.breaker.isEnforced == isProtected)
        }
    }
}
