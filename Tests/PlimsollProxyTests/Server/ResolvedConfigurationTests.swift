import Glibc
import PlimsollConfig
import PlimsollCore
import PlimsollIO
import Testing

@testable import PlimsollProxy

@Suite struct ResolvedConfigurationTests {
    private func resolve(_ address: EndpointSettings.Address, _ text: String) throws -> [String] {
        let upstream = UpstreamSettings(
            name: "a", endpoints: [EndpointSettings(address: address, text: text)])
        let resolved = try ResolvedConfiguration(
            resolving: Configuration(upstreams: [upstream]))
        return resolved.endpoints[0].map { "\($0.label) \($0.address)" }
    }

    @Test func `addresses and paths are themselves`() throws {
        let address = try #require(SocketAddress(parsing: "[2001:db8::1]:80"))
        #expect(
            try resolve(.socket(address), "[2001:db8::1]:80")
                == ["[2001:db8::1]:80 [2001:db8::1]:80"])
        #expect(try resolve(.unix(path: "/a"), "unix:/a") == ["unix:/a unix:/a"])
    }

    @Test func `localhost is one endpoint`() throws {
        #expect(try resolve(.name("localhost", port: 80), "localhost:80").count == 1)
    }

    @Test func `a name that has no address names its upstream`() {
        #expect {
            _ = try resolve(.name("a b", port: 80), "a b:80")
        } throws: { error in
            "\(error)".hasPrefix("upstream a: a b: ")
        }
    }

    @Test func `every address of a service counts, one of two spellings of this machine`() throws {
        let addresses = try ["[2001:db8::1]:80", "192.0.2.1:80", "192.0.2.2:80"].map {
            try #require(SocketAddress(parsing: $0))
        }
        #expect(ResolvedConfiguration.preferred(addresses) == addresses)
        let local = try ["[::1]:80", "127.0.0.1:80"].map {
            try #require(SocketAddress(parsing: $0))
        }
        #expect(ResolvedConfiguration.preferred(local) == [local[1]])
        #expect(ResolvedConfiguration.preferred([local[0]]) == [local[0]])
    }

    @Test func `a file that is not there is a problem with a line of its own`() {
        let path = "/nowhere/plimsoll-\(getpid()).toml"
        do {
            _ = try ResolvedConfiguration.load(path: path)
            Issue.record("a missing file was loaded")
        } catch {
            guard case .invalid(let lines) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(lines.count == 1)
            #expect(lines[0].hasPrefix("\(path):1:1: "))
        }
    }
}
