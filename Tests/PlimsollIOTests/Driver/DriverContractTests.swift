import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// What every driver promises, see ``Driver``.
@Suite struct DriverContractTests {
    // MARK: Receive

    @Test(arguments: ContractSubject.allCases)
    func `a receive brings what arrived`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1, 2, 3])
        #expect(try loop.received(ends.near, 1) == [1, 2, 3])
        #expect(loop.log.isEmpty, "one completion a receive")
    }

    @Test(arguments: ContractSubject.allCases)
    func `a receive waits for what arrives later`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        for round in 0..<5 {
            loop.operations.append(.receive(ends.near, ContractLoop.token(1)))
            loop.turn()
            #expect(loop.log.isEmpty)
            loop.world.write(ends.far, [UInt8(round), 9])
            let completion = try loop.completion(of: 1)
            #expect(loop.bytes(of: completion) == [UInt8(round), 9])
        }
    }

    @Test(arguments: ContractSubject.allCases)
    func `nothing is delivered that was not asked for`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1])
        #expect(try loop.received(ends.near, 1) == [1])
        loop.world.write(ends.far, [2])
        loop.settle()
        loop.world.write(ends.far, [3])
        loop.settle()
        #expect(loop.log.isEmpty)
        var rest: [UInt8] = []
        while rest.count < 2 {
            rest += try loop.received(ends.near, 2)
        }
        #expect(rest == [2, 3])
    }
}
