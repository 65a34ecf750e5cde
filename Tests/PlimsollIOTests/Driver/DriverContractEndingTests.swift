import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// What every driver promises about cancelling, closing, waiting and running out of buffers.
@Suite struct DriverContractEndingTests {
    // MARK: Cancel

    @Test(arguments: ContractSubject.allCases, [true, false])
    func `a cancelled receive completes once and frees the descriptor`(
        _ subject: ContractSubject, namesDescriptor: Bool
    ) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.operations.append(.receive(ends.near, ContractLoop.token(1)))
        loop.turn()
        loop.operations.append(
            .cancel(ContractLoop.token(1), on: namesDescriptor ? ends.near : -1))
        #expect(try loop.completion(of: 1).result == -ECANCELED)
        loop.world.write(ends.far, [7])
        loop.settle()
        #expect(loop.log.isEmpty, "nothing is delivered after a cancel")
        #expect(try loop.received(ends.near, 2) == [7])
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `a receive cancelled in the turn it was asked in completes once`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        for hasBytes in [false, true] {
            if hasBytes {
                loop.world.write(ends.far, [1])
            }
            loop.operations.append(.receive(ends.near, ContractLoop.token(1)))
            loop.operations.append(.cancel(ContractLoop.token(1), on: ends.near))
            let completion = try loop.completion(of: 1)
            #expect(completion.result == -ECANCELED || hasBytes && completion.result == 1)
            _ = loop.bytes(of: completion)
            loop.settle()
            #expect(loop.log.isEmpty)
        }
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.allCases)
    func `a cancel of what is unknown or over is ignored`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1])
        #expect(try loop.received(ends.near, 1) == [1])
        loop.operations.append(.cancel(ContractLoop.token(1), on: ends.near))
        loop.operations.append(.cancel(ContractLoop.token(99)))
        loop.settle()
        #expect(loop.log.isEmpty)
        loop.operations.append(.receive(ends.near, ContractLoop.token(2)))
        loop.operations.append(.cancel(ContractLoop.token(1), on: ends.near))
        loop.settle()
        #expect(loop.log.isEmpty, "a stale cancel does not hit the next operation")
        loop.world.write(ends.far, [2])
        #expect(loop.bytes(of: try loop.completion(of: 2)) == [2])
        try loop.close(ends)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a cancelled send completes once`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        ScratchSockets.shrinkSendBuffer(ends.near)
        let bytes = ScratchBytes([UInt8](repeating: 1, count: 8_000_000))
        // The socket fills up, until a send has to wait.
        var number: UInt32 = 0
        repeat {
            number += 1
            loop.operations.append(.send(ends.near, bytes.all, ContractLoop.token(number)))
            loop.settle()
        } while loop.log.popLast() != nil
        loop.operations.append(.cancel(ContractLoop.token(number), on: ends.near))
        #expect(try loop.completion(of: number).result == -ECANCELED)
        loop.settle()
        #expect(loop.log.isEmpty)
        try loop.close(ends)
    }

    // MARK: Close

    @Test(arguments: ContractSubject.kernel)
    func `a closed descriptor serves its next owner from the start`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject)
        // Other tests take descriptors meanwhile, so not every round meets the same one.
        for round in 0..<20 {
            let ends = ScratchSockets.pair()
            // Leaves it in a different state every time: with bytes nobody asked for, with the
            // peer gone, cancelled.
            ScratchSockets.write(ends.far, [UInt8(round)])
            #expect(try loop.received(ends.near, 1) == [UInt8(round)])
            switch round % 3 {
            case 0: ScratchSockets.write(ends.far, [99])
            case 1: ScratchSockets.endSending(ends.far)
            default:
                loop.operations.append(.receive(ends.near, ContractLoop.token(2)))
                loop.turn()
                loop.operations.append(.cancel(ContractLoop.token(2), on: ends.near))
                #expect(try loop.completion(of: 2).result == -ECANCELED)
            }
            loop.turn()
            loop.operations.append(.close(ends.near))
            loop.turn()
            ScratchSockets.waitUntilReadable(ends.far)
            ScratchSockets.close(ends.far)
            #expect(loop.log.isEmpty)
        }
    }

    @Test(arguments: ContractSubject.allCases)
    func `the peer sees a close as the end of the stream`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.world.write(ends.far, [1])
        #expect(try loop.received(ends.near, 1) == [1])
        loop.operations.append(.close(ends.near))
        loop.turn()
        #expect(try loop.arrivedEnd(ends.far))
        loop.world.close(ends.far)
    }

    @Test(arguments: ContractSubject.kernel)
    func `the peer sees a reset as a reset`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let ends = loop.world.pair()
        loop.operations.append(.reset(ends.near))
        loop.turn()
        ScratchSockets.waitUntilReadable(ends.far)
        var byte: UInt8 = 0
        let count = recv(ends.far, &byte, 1, Int32(MSG_DONTWAIT))
        #expect(count == -1 && errno == ECONNRESET)
        loop.world.close(ends.far)
    }

    // MARK: Waiting

    @Test(arguments: ContractSubject.allCases)
    func `a turn ends at its deadline and not before`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        for nanoseconds in [Int64(0), 300_000, 1_000_000, 12_345_678] {
            let deadline = MonotonicClock.now.advanced(byNanoseconds: nanoseconds)
            let now = loop.turn(until: deadline)
            #expect(now >= deadline)
        }
        loop.turn(until: Instant(nanoseconds: 0))
        #expect(loop.log.isEmpty)
    }

    @Test(arguments: ContractSubject.kernel)
    func `waking from another thread ends the wait, every time`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject)
        loop.turn()
        for _ in 0..<50 {
            let waker = ScratchThread(waking: loop.world.driver.wake)
            let now = loop.turn(forNanoseconds: ContractLoop.patienceNanoseconds)
            waker.join()
            #expect(now.nanoseconds(since: waker.start) < ContractLoop.patienceNanoseconds / 2)
            // Whatever of the wake is left must not keep the loop from waiting again.
            loop.turn()
        }
        let deadline = MonotonicClock.now.advanced(byNanoseconds: 5_000_000)
        #expect(loop.turn(until: deadline) >= deadline)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a wake before the first turn is not lost`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        loop.world.driver.wake.wake()
        let start = MonotonicClock.now
        let now = loop.turn(forNanoseconds: ContractLoop.patienceNanoseconds)
        #expect(now.nanoseconds(since: start) < ContractLoop.patienceNanoseconds / 2)
    }

    // MARK: Buffers

    @Test(arguments: ContractSubject.allCases)
    func `receives wait for buffers and go on when there are some`(
        _ subject: ContractSubject
    ) throws {
        var loop = try ContractLoop(subject, buffers: 2)
        let connections = (0..<6).map { _ in loop.world.pair() }
        for (index, ends) in connections.enumerated() {
            loop.world.write(ends.far, [UInt8(index)])
            loop.operations.append(.receive(ends.near, ContractLoop.token(UInt32(index))))
        }
        var seen: Set<UInt8> = []
        while seen.count < connections.count {
            let held = try loop.take(2)
            loop.settle()
            #expect(loop.log.isEmpty, "both buffers are out")
            for completion in held {
                seen.formUnion(loop.bytes(of: completion))
            }
        }
        #expect(seen == Set(0..<6))
        for ends in connections {
            try loop.close(ends)
        }
    }

    @Test(arguments: ContractSubject.allCases)
    func `a receive that waits for a buffer can be cancelled`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject, buffers: 1)
        let first = loop.world.pair()
        let second = loop.world.pair()
        loop.world.write(first.far, [1])
        loop.operations.append(.receive(first.near, ContractLoop.token(1)))
        let held = try loop.completion(of: 1)
        loop.world.write(second.far, [2])
        loop.operations.append(.receive(second.near, ContractLoop.token(2)))
        loop.settle()
        #expect(loop.log.isEmpty)
        loop.operations.append(.cancel(ContractLoop.token(2), on: second.near))
        #expect(try loop.completion(of: 2).result == -ECANCELED)
        #expect(loop.bytes(of: held) == [1])
        loop.settle()
        #expect(loop.log.isEmpty)
        #expect(try loop.received(second.near, 3) == [2])
        try loop.close(first)
        try loop.close(second)
    }

    @Test(arguments: ContractSubject.kernel)
    func `all buffers are back when the driver is gone`(_ subject: ContractSubject) throws {
        let pool: BufferPool
        do {
            var loop = try ContractLoop(subject, buffers: 8)
            pool = loop.pool
            let ends = loop.world.pair()
            for round in 0..<50 {
                loop.world.write(ends.far, [UInt8(round)])
                #expect(try loop.received(ends.near, 1) == [UInt8(round)])
            }
            try loop.close(ends)
        }
        #expect(pool.available == pool.capacity)
    }
}
