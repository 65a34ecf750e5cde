import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// What every driver promises about receiving and sending, see ``Driver``.
@Suite struct DriverContractTests {
    // MARK: Receive

    @Test(arguments: ContractSubject.allCases)
    func `a receive brings what arrived`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1, 2, 3])
        #expect(try loop.received(ends.near, 1) == [1, 2, 3])
        #expect(loop.log.isEmpty, "one completion a receive")
        try loop.close(ends)
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
        try loop.close(ends)
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
        #expect(try loop.received(ends.near, 2, count: 2) == [2, 3])
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `a peer that is not listened to is held back`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1])
        #expect(try loop.received(ends.near, 1) == [1])
        loop.turn()
        let held = loop.pool.capacity - loop.pool.available
        let piece = [UInt8](repeating: 5, count: 1 << 20)
        var written = 0
        for _ in 0..<256 {
            let count = loop.world.write(ends.far, piece)
            if count <= 0 { break }
            written += count
            loop.turn()
        }
        loop.settle()
        #expect(written > 0 && written < 256 << 20, "the connection fills up")
        #expect(loop.log.isEmpty)
        #expect(loop.pool.capacity - loop.pool.available <= held, "no buffer holds the unasked")
        #expect(try loop.received(ends.near, 2, count: written).count == written)
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `what is larger than a buffer comes in order, a buffer at a time`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        let message = ScratchBytes.pattern(count: 3_000_000)
        var written = 0
        var received: [UInt8] = []
        while received.count < message.count {
            if written < message.count {
                written += max(0, loop.world.write(ends.far, Array(message[written...])))
            }
            loop.operations.append(.receive(ends.near, ContractLoop.token(1)))
            let completion = try loop.completion(of: 1)
            #expect(completion.result <= Int32(BufferPool.dataBytes))
            received += loop.bytes(of: completion)
        }
        #expect(received == message)
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `the end of the stream is a receive of nothing, as often as asked`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1])
        loop.world.endSending(ends.far)
        #expect(try loop.received(ends.near, 1) == [1])
        for number in UInt32(2)...4 {
            loop.operations.append(.receive(ends.near, ContractLoop.token(number)))
            let end = try loop.completion(of: number)
            #expect(end.result == 0 && end.buffer.isNone && !end.hasMore)
        }
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `an end of stream that nobody asked for is kept`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1])
        #expect(try loop.received(ends.near, 1) == [1])
        loop.world.endSending(ends.far)
        loop.settle()
        #expect(loop.log.isEmpty)
        loop.operations.append(.receive(ends.near, ContractLoop.token(2)))
        #expect(try loop.completion(of: 2).result == 0)
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a reset is an error of the receive, asked before or after`(
        _ subject: ContractSubject
    ) throws {
        for isAskedBefore in [true, false] {
            var loop = try ContractLoop(subject)
            let ends = loop.world.pair()
            loop.world.write(ends.far, [1])
            #expect(try loop.received(ends.near, 1) == [1])
            if isAskedBefore {
                loop.operations.append(.receive(ends.near, ContractLoop.token(2)))
                loop.turn()
            }
            ScratchSockets.reset(ends.far)
            loop.settle()
            if !isAskedBefore {
                loop.operations.append(.receive(ends.near, ContractLoop.token(2)))
            }
            let completion = try loop.completion(of: 2)
            #expect(completion.result == -ECONNRESET && completion.buffer.isNone)
            loop.operations.append(.close(ends.near))
            loop.settle()
        }
    }

    // MARK: Send

    @Test(arguments: ContractSubject.allCases)
    func `a send reports what was taken`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        let bytes = ScratchBytes([1, 2, 3])
        loop.operations.append(.send(ends.near, bytes.all, ContractLoop.token(1)))
        #expect(try loop.completion(of: 1).result == 3)
        #expect(try loop.arrived(ends.far, count: 3) == [1, 2, 3])
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `two slices are sent as one`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        let head = ScratchBytes([1, 2])
        let body = ScratchBytes([3, 4, 5])
        loop.operations.append(
            .send(ends.near, head.all, then: body.all, ContractLoop.token(1)))
        #expect(try loop.completion(of: 1).result == 5)
        #expect(try loop.arrived(ends.far, count: 5) == [1, 2, 3, 4, 5])
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a send into a small socket is reported in parts`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        ScratchSockets.shrinkSendBuffer(ends.near)
        let message = ScratchBytes.pattern(count: 9_000_000)
        let bytes = ScratchBytes(message)
        var sent = 0
        var parts = 0
        var received: [UInt8] = []
        while sent < message.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes.all[sent...])
            let middle = rest.count / 2
            loop.operations.append(
                .send(
                    ends.near, UnsafeRawBufferPointer(rebasing: rest[..<middle]),
                    then: UnsafeRawBufferPointer(rebasing: rest[middle...]),
                    ContractLoop.token(1)))
            loop.turn()
            received += loop.world.read(ends.far) ?? []
            let part = Int(
                try loop.completion(of: 1) { world in
                    received += world.read(ends.far) ?? []
                }.result)
            try #require(part > 0)
            sent += part
            parts += 1
        }
        received += try loop.arrived(ends.far, count: message.count - received.count)
        #expect(parts > 1, "the first part cannot have been all of it")
        #expect(received == message)
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `a send to who is gone is an error, not a signal`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.close(ends.far)
        let bytes = ScratchBytes([UInt8](repeating: 1, count: 100))
        var result: Int32 = 0
        for number in UInt32(1)...3 {
            loop.operations.append(.send(ends.near, bytes.all, ContractLoop.token(number)))
            result = try loop.completion(of: number).result
            if result < 0 { break }
            loop.settle()
        }
        #expect(result == -EPIPE || result == -ECONNRESET)
        loop.operations.append(.close(ends.near))
        loop.settle()
        #expect(loop.log.isEmpty)
    }

    @Test(arguments: ContractSubject.allCases)
    func `after the end of sending, bytes still come in`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        let bytes = ScratchBytes([1])
        loop.operations.append(.send(ends.near, bytes.all, ContractLoop.token(1)))
        #expect(try loop.completion(of: 1).result == 1)
        loop.operations.append(.endSending(ends.near))
        loop.turn()
        #expect(try loop.arrived(ends.far, count: 1) == [1])
        #expect(try loop.arrivedEnd(ends.far))
        loop.world.write(ends.far, [2])
        #expect(try loop.received(ends.near, 2) == [2])
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `a send and a receive of one descriptor do not hinder each other`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        let bytes = ScratchBytes([1])
        for round in 0..<20 {
            loop.operations.append(.receive(ends.near, ContractLoop.token(1)))
            loop.operations.append(.send(ends.near, bytes.all, ContractLoop.token(2)))
            #expect(try loop.completion(of: 2).result == 1)
            #expect(try loop.arrived(ends.far, count: 1) == [1])
            loop.world.write(ends.far, [UInt8(round)])
            #expect(loop.bytes(of: try loop.completion(of: 1)) == [UInt8(round)])
        }
        try loop.close(ends)
    }
}
