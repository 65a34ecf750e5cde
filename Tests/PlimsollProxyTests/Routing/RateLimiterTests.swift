import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

@Suite struct RateLimiterTests {
    private static let now = Instant(nanoseconds: 1_000_000_000_000)

    private static func address(_ text: String) throws -> SocketAddress {
        try #require(SocketAddress(parsing: text))
    }

    @Test(arguments: [RateLimitSettings.Key.route, .clientAddress])
    func `many loops together let through exactly the burst`(
        key: RateLimitSettings.Key
    ) async throws {
        let limiter = RateLimiter(
            try RateLimitSettings(requests: 1, burst: 1_000, key: key), seed: 1)
        let address = try Self.address("192.0.2.1:1")
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<1_000).count { _ in
                        let verdict =
                            key == .route
                            ? limiter.admit(at: Self.now) : limiter.admit(address, at: Self.now)
                        return verdict == .admit
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(passed == 1_000)
        #expect(limiter.refusedCount == 3_000)
        #expect(limiter.crowdedCount == 0)
    }

    @Test func `an IPv6 client is its first 64 bits, an IPv4 client its address`() throws {
        let limiter = RateLimiter(
            try RateLimitSettings(requests: 1, burst: 1, key: .clientAddress), seed: 1)
        func verdict(_ text: String) throws -> Bool {
            limiter.admit(try Self.address(text), at: Self.now) == .admit
        }
        #expect(try verdict("[2001:db8:1:2::1]:1"))
        #expect(try !verdict("[2001:db8:1:2:ffff::9]:2"), "the same 64 bits")
        #expect(try verdict("[2001:db8:1:3::1]:1"))
        #expect(try verdict("192.0.2.1:1"))
        #expect(try !verdict("192.0.2.1:2"))
        #expect(try !verdict("[::ffff:192.0.2.1]:1"), "the same client by another socket")
        #expect(try verdict("192.0.2.2:1"))
        #expect(limiter.busyKeys(at: Self.now) == 4)
    }

    @Test func `a reload keeps the buckets of a limit that stays`() throws {
        var route = RouteSettings(path: .prefix("/a"), action: .upstream("app"))
        route.rateLimit = try RateLimitSettings(requests: 5)
        var namesake = route
        namesake.rateLimit = try RateLimitSettings(requests: 6)
        var plain = route
        plain.rateLimit = nil
        var off = route
        off.rateLimit = try RateLimitSettings(requests: 5, isEnforced: false)
        var limiters = RateLimiters(seed: 1)
        let first = limiters.adopt([route, namesake])
        let second = limiters.adopt([route, namesake])
        #expect(first[0] !== first[1])
        #expect(first[0] === second[0])
        #expect(first[1] === second[1])
        var changed = route
        changed.rateLimit = try RateLimitSettings(requests: 7)
        let third = limiters.adopt([changed, plain, off])
        #expect(third[0] !== first[0])
        #expect(third[1] == nil)
        #expect(third[2] == nil)
    }

    @Test func `the memory of a limit is what is announced`() throws {
        let bytes = try RateLimiter.bytes(
            of: RateLimitSettings(requests: 1, key: .clientAddress))
        #expect(bytes == 16_384 * 24)
        #expect(try RateLimiter.bytes(of: RateLimitSettings(requests: 1)) == 0)
    }
}
