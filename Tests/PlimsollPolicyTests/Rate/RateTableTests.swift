import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct RateTableTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)

    private static func pace(_ requests: Int, burst: Int) throws -> RatePace {
        RatePace(try RateLimitSettings(requests: requests, burst: burst))
    }

    @Test func `each key has a bucket of its own`() throws {
        var table = RateTable(keys: 64)
        var random = RandomSource(seed: 1)
        let pace = try Self.pace(1, burst: 2)
        for _ in 0..<20 {
            let key = random.next()
            let verdicts = (0..<3).map { _ in table.admit(key: key, pace, at: Self.start) }
            #expect(verdicts[0] == .admit)
            #expect(verdicts[1] == .admit)
            #expect(verdicts[2] != .admit)
        }
        #expect(table.crowdedCount == 0)
        #expect(table.busyCount(at: Self.start) == 20)
    }

    @Test func `nearly every place is used before anybody is crowded`() throws {
        var table = RateTable(keys: 1_024)
        var random = RandomSource(seed: 2)
        let pace = try Self.pace(1, burst: 1)
        for _ in 0..<870 {
            let verdict = table.admit(key: random.next(), pace, at: Self.start)
            #expect(verdict == .admit)
        }
        #expect(table.crowdedCount == 0)
    }

    @Test func `who finds no place shares one allowance, and that is counted`() throws {
        var table = RateTable(keys: 16)
        var random = RandomSource(seed: 3)
        let pace = try Self.pace(1, burst: 1)
        var passed = 0
        for _ in 0..<10_000 {
            if table.admit(key: random.next(), pace, at: Self.start) == .admit { passed += 1 }
        }
        #expect(passed == 17, "16 places and the crowd's")
        #expect(table.crowdedCount == 10_000 - 16)
        #expect(table.busyCount(at: Self.start) == 16)
    }

    @Test func `known keys keep their places in a crowd`() throws {
        var table = RateTable(keys: 16)
        var random = RandomSource(seed: 4)
        let pace = try Self.pace(1, burst: 3)
        let known = random.next()
        let first = table.admit(key: known, pace, at: Self.start)
        for _ in 0..<1_000 {
            _ = table.admit(key: random.next(), pace, at: Self.start)
        }
        let second = table.admit(key: known, pace, at: Self.start)
        #expect(first == .admit)
        #expect(second == .admit)
    }

    @Test func `full buckets make room`() throws {
        var table = RateTable(keys: 16)
        var random = RandomSource(seed: 5)
        let pace = try Self.pace(10, burst: 1)
        var now = Self.start
        for _ in 0..<100 {
            for _ in 0..<8 {
                let verdict = table.admit(key: random.next(), pace, at: now)
                #expect(verdict == .admit)
            }
            now = now.advanced(byNanoseconds: 100_000_000)
        }
        #expect(table.crowdedCount == 0)
    }

    @Test(arguments: [(1, 16), (16, 16), (17, 32), (1_024, 1_024), (1_025, 2_048)])
    func `places are a power of 2`(keys: Int, places: Int) {
        #expect(RateTable.places(for: keys) == places)
        let table = RateTable(keys: keys)
        #expect(table.capacity == places)
    }
}
