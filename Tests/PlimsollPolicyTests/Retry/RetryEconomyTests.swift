import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct RetryEconomyTests {
    private let start = Instant(nanoseconds: 7)
    private let calm = UpstreamRoom(inFlight: 1, waiting: 0, limit: nil)

    private func economy(free: Int = 0, ratio: Double = 0.2) throws -> RetryEconomy {
        RetryEconomy(
            settings: try RetrySettings(budgetRatio: ratio, budgetMinimumPerSecond: free), seed: 1,
            at: start)
    }

    private func asks(_ client: UInt64 = 1, isOverloadSign: Bool = false) -> RetryRequest {
        RetryRequest(client: client, isOverloadSign: isOverloadSign)
    }

    @Test func `an open breaker and an overloaded upstream refuse whatever was saved`() throws {
        var economy = try economy(free: 100)
        economy.deposit(successes: 1_000)
        var room = calm
        room.isBreakerClosed = false
        #expect(economy.take(asks(), room: room, at: start) == .breakerOpen)
        room = UpstreamRoom(inFlight: 8, waiting: 3, limit: 8)
        #expect(economy.take(asks(), room: room, at: start) == .overloaded)
        room = UpstreamRoom(inFlight: 8, waiting: 1, limit: nil)
        #expect(economy.take(asks(), room: room, at: start) == .overloaded)
        room = UpstreamRoom(inFlight: 11, waiting: 0, limit: 10)
        #expect(economy.take(asks(), room: room, at: start) == .overloaded)
    }

    @Test func `a queue that chance makes leaves the budget`() throws {
        var economy = try economy()
        let room = UpstreamRoom(inFlight: 8, waiting: 2, limit: 8)
        #expect(economy.take(asks(), room: room, at: start) == .budget)
        economy.deposit(successes: 5)
        #expect(economy.take(asks(), room: room, at: start) == nil)
    }

    @Test(arguments: [
        (1, 1, false), (7, 8, true), (8, 8, false), (30, 32, true), (31, 32, false),
    ])
    func `with room an empty budget is no obstacle`(
        inFlight: Int, limit: Int, isSpare: Bool
    ) throws {
        var economy = try economy()
        let room = UpstreamRoom(inFlight: inFlight, waiting: 0, limit: limit)
        let denial = economy.take(asks(), room: room, at: start)
        #expect(denial == (isSpare ? nil : .budget))
    }

    @Test func `room that nobody knows of, or a sign of overload, leaves the budget`() throws {
        var economy = try economy()
        #expect(economy.take(asks(), room: calm, at: start) == .budget)
        let room = UpstreamRoom(inFlight: 1, waiting: 0, limit: 100)
        #expect(economy.take(asks(isOverloadSign: true), room: room, at: start) == .budget)
        economy.deposit(successes: 5)
        #expect(economy.take(asks(isOverloadSign: true), room: room, at: start) == nil)
    }

    @Test func `one greedy client leaves a reserve to all others`() throws {
        var economy = try economy()
        economy.deposit(successes: 500)
        var taken = 0
        while taken < 1_000, economy.take(asks(1), room: calm, at: start) == nil { taken += 1 }
        #expect(taken == 80)
        #expect(economy.take(asks(1), room: calm, at: start) == .clientBudget)
        for client in UInt64(2)..<22 {
            #expect(economy.take(asks(client), room: calm, at: start) == nil)
        }
        #expect(economy.take(asks(99), room: calm, at: start) == .budget)
    }

    @Test func `a client that is alone gets all that comes in`() throws {
        var economy = try economy(free: 3)
        var taken = 0
        for millisecond in Int64(0)..<60_000 {
            let now = start.advanced(byNanoseconds: millisecond * 1_000_000)
            while economy.take(asks(), room: calm, at: now) == nil { taken += 1 }
        }
        #expect(taken >= 3 * 59, "\(taken)")
    }

    @Test func `greed is forgotten`() throws {
        var economy = try economy()
        economy.deposit(successes: 500)
        while economy.take(asks(1), room: calm, at: start) == nil {}
        let later = start.advanced(byNanoseconds: 40_000_000_000)
        #expect(economy.take(asks(1), room: calm, at: later) == nil)
    }

    @Test func `many clients of ordinary appetite are never taken for greedy`() throws {
        var economy = try economy(ratio: 1)
        for round in 0..<5 {
            for client in UInt64(0)..<1_000 {
                economy.deposit(successes: 1)
                let now = start.advanced(byNanoseconds: Int64(round) * 1_000_000_000)
                #expect(economy.take(asks(client), room: calm, at: now) == nil)
            }
        }
    }
}
