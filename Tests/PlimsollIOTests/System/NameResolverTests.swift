import PlimsollCore
import PlimsollIO
import Testing

@Suite struct NameResolverTests {
    @Test func `an address is its own name`() throws {
        let address = try #require(SocketAddress(parsing: "192.0.2.7:81"))
        #expect(try NameResolver.resolve("192.0.2.7", port: 81) == [address])
    }

    @Test func `localhost is loopback`() throws {
        let addresses = try NameResolver.resolve("localhost", port: 80)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 80 })
        #expect(Set(addresses).count == addresses.count)
    }

    @Test func `a name that cannot be one is refused with the resolver's words`() {
        #expect(throws: NameResolverError.self) { try NameResolver.resolve("a b", port: 80) }
    }
}
