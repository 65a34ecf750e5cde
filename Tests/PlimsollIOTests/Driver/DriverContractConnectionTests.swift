import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// What the kernel's drivers promise about listeners, connecting, and many connections at once.
@Suite struct DriverContractConnectionTests {
    @Test(arguments: ContractSubject.kernel)
    func `an accept goes on until it is cancelled`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let listener = ScratchSockets.listen()
        loop.operations.append(.accept(listener.descriptor, ContractLoop.token(1)))
        var accepted: [Int32] = []
        var clients: [Int32] = []
        for round in 0..<3 {
            for _ in 0..<100 {
                clients.append(ScratchSockets.connecting(to: listener.port))
            }
            while accepted.count < (round + 1) * 100 {
                let completion = try loop.completion(of: 1)
                try #require(completion.result >= 0 && completion.hasMore)
                accepted.append(completion.result)
            }
        }
        let flags = fcntl(accepted[0], F_GETFL)
        #expect(flags & O_NONBLOCK != 0)
        #expect(fcntl(accepted[0], F_GETFD) & FD_CLOEXEC != 0)
        loop.operations.append(.cancel(ContractLoop.token(1), on: listener.descriptor))
        let end = try loop.completion(of: 1)
        #expect(end.result == -ECANCELED && !end.hasMore)
        clients.append(ScratchSockets.connecting(to: listener.port))
        loop.settle()
        #expect(loop.log.isEmpty, "a cancelled accept accepts nothing")
        // And once more from the start: the visitor who waited is let in.
        loop.operations.append(.accept(listener.descriptor, ContractLoop.token(2)))
        let late = try loop.completion(of: 2)
        #expect(late.result >= 0)
        loop.operations.append(.cancel(ContractLoop.token(2), on: listener.descriptor))
        #expect(try loop.completion(of: 2).result == -ECANCELED)
        for descriptor in accepted + [late.result, listener.descriptor] {
            loop.operations.append(.close(descriptor))
        }
        loop.turn()
        clients.forEach { ScratchSockets.close($0) }
    }

    @Test(arguments: ContractSubject.kernel)
    func `an accept without a descriptor left ends with an error and can be begun anew`(
        _ subject: ContractSubject
    ) throws {
        let found = Finding<[Int32]>()
        // On a thread with a descriptor table of its own, or the other tests would suffer.
        ScratchThread {
            do {
                var loop = try ContractLoop(subject)
                let listener = ScratchSockets.listen()
                let client = ScratchSockets.connecting(to: listener.port)
                loop.turn()
                let spare = ThreadPrivileges.exhaustDescriptors()
                loop.operations.append(.accept(listener.descriptor, ContractLoop.token(1)))
                let refused = try loop.completion(of: 1)
                loop.settle()
                let surplus = Int32(loop.log.count)
                ScratchSockets.close(spare)
                loop.operations.append(.accept(listener.descriptor, ContractLoop.token(2)))
                let accepted = try loop.completion(of: 2)
                found.set([refused.result, surplus, refused.hasMore ? 1 : 0, accepted.result])
                ScratchSockets.close(client)
            } catch {
                Issue.record(error)
            }
        }.join()
        let results = try #require(found.value)
        #expect(results[0] == -EMFILE)
        #expect(results[1] == 0 && results[2] == 0, "an accept ends once")
        #expect(results[3] >= 0)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a connect completes when the connection stands`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let listener = ScratchSockets.listen()
        let descriptor = ScratchSockets.socket()
        let address = ScratchBytes(of: ScratchSockets.loopback(port: listener.port))
        loop.operations.append(
            .connect(
                descriptor, to: address.all.baseAddress!, count: address.all.count,
                ContractLoop.token(1)))
        #expect(try loop.completion(of: 1).result == 0)
        let bytes = ScratchBytes([5])
        loop.operations.append(.receive(descriptor, ContractLoop.token(2)))
        loop.operations.append(.send(descriptor, bytes.all, ContractLoop.token(3)))
        #expect(try loop.completion(of: 3).result == 1)
        ScratchSockets.waitUntilReadable(listener.descriptor)
        let far = accept(listener.descriptor, nil, nil)
        #expect(try loop.arrived(far, count: 1) == [5])
        ScratchSockets.write(far, [6])
        #expect(loop.bytes(of: try loop.completion(of: 2)) == [6])
        ScratchSockets.close(listener.descriptor)
        try loop.close((descriptor, far))
    }

    @Test(arguments: ContractSubject.kernel)
    func `a refused connect says so`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let nobody = ScratchSockets.bound()
        let descriptor = ScratchSockets.socket()
        let address = ScratchBytes(of: ScratchSockets.loopback(port: nobody.port))
        loop.operations.append(
            .connect(
                descriptor, to: address.all.baseAddress!, count: address.all.count,
                ContractLoop.token(1)))
        #expect(try loop.completion(of: 1).result == -ECONNREFUSED)
        loop.operations.append(.close(descriptor))
        loop.settle()
        #expect(loop.log.isEmpty)
        ScratchSockets.close(nobody.descriptor)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a connect that gets no answer can be cancelled`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        // A full backlog answers nobody: the handshake's first packet is dropped.
        let listener = ScratchSockets.listen(backlog: 0)
        let address = ScratchBytes(of: ScratchSockets.loopback(port: listener.port))
        var descriptors: [Int32] = []
        for number in UInt32(1)...4 {
            descriptors.append(ScratchSockets.socket())
            loop.operations.append(
                .connect(
                    descriptors.last!, to: address.all.baseAddress!, count: address.all.count,
                    ContractLoop.token(number)))
        }
        loop.settle()
        let connected = loop.log.count
        #expect(connected < 4)
        loop.log.removeAll()
        loop.operations.append(.cancel(ContractLoop.token(4), on: descriptors[3]))
        #expect(try loop.completion(of: 4).result == -ECANCELED)
        for number in UInt32(1)...3 {
            loop.operations.append(.cancel(ContractLoop.token(number)))
        }
        loop.settle()
        #expect(loop.log.count + connected == 3)
        for descriptor in descriptors {
            loop.operations.append(.close(descriptor))
        }
        loop.turn()
        ScratchSockets.close(listener.descriptor)
    }

    @Test(arguments: ContractSubject.kernel)
    func `a local socket that nobody listens on is refused`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let descriptor = ScratchSockets.pair()
        var path = sockaddr_un()
        path.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &path.sun_path) { $0.copyBytes(from: "/nowhere/at/all".utf8) }
        let address = ScratchBytes(of: path)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let local = socket(AF_UNIX, type, 0)
        loop.operations.append(
            .connect(
                local, to: address.all.baseAddress!, count: address.all.count,
                ContractLoop.token(1)))
        #expect(try loop.completion(of: 1).result == -ENOENT)
        loop.operations.append(.close(local))
        try loop.close(descriptor)
    }

    @Test(arguments: ContractSubject.kernel)
    func `many connections converse at once`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject, buffers: 128)
        let connections = (0..<300).map { _ in ScratchSockets.pair() }
        let echo = ScratchBytes([UInt8](repeating: 3, count: 10))
        for round in 0..<3 {
            for (index, ends) in connections.enumerated() {
                loop.operations.append(.receive(ends.near, ContractLoop.token(UInt32(index))))
                ScratchSockets.write(ends.far, [UInt8(round)])
            }
            for (index, ends) in connections.enumerated() {
                let completion = try loop.completion(of: UInt32(index))
                #expect(loop.bytes(of: completion) == [UInt8(round)])
                loop.operations.append(
                    .send(ends.near, echo.all, ContractLoop.token(UInt32(1000 + index))))
            }
            // More operations than a ring holds, in one turn.
            for index in connections.indices {
                #expect(try loop.completion(of: UInt32(1000 + index)).result == 10)
                #expect(ScratchSockets.read(connections[index].far)?.count == 10)
            }
        }
        for ends in connections {
            loop.operations.append(.close(ends.near))
        }
        loop.turn()
        connections.forEach { ScratchSockets.close($0.far) }
    }

    @Test(arguments: ContractSubject.kernel)
    func `a turn may hold more operations than the ring`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        let connections = (0..<1000).map { _ in ScratchSockets.pair() }
        let bytes = ScratchBytes([1, 2])
        for (index, ends) in connections.enumerated() {
            loop.operations.append(
                .send(
                    ends.near, UnsafeRawBufferPointer(rebasing: bytes.all[..<1]),
                    then: UnsafeRawBufferPointer(rebasing: bytes.all[1...]),
                    ContractLoop.token(UInt32(index))))
        }
        let sent = try loop.take(1000)
        #expect(sent.allSatisfy { $0.result == 2 })
        for ends in connections {
            #expect(ScratchSockets.read(ends.far) == [1, 2])
            loop.operations.append(.close(ends.near))
        }
        loop.turn()
        connections.forEach { ScratchSockets.close($0.far) }
    }

    @Test(arguments: ContractSubject.kernel)
    func `a wake is heard in a turn larger than the ring`(_ subject: ContractSubject) throws {
        var loop = try ContractLoop(subject)
        loop.turn()
        let connections = (0..<600).map { _ in ScratchSockets.pair() }
        loop.world.driver.wake.wake()
        for (index, ends) in connections.enumerated() {
            loop.operations.append(.receive(ends.near, ContractLoop.token(UInt32(index))))
        }
        let start = MonotonicClock.now
        let now = loop.turn(forNanoseconds: ContractLoop.patienceNanoseconds)
        #expect(now.nanoseconds(since: start) < ContractLoop.patienceNanoseconds / 2)
        for (index, ends) in connections.enumerated() {
            loop.operations.append(.cancel(ContractLoop.token(UInt32(index)), on: ends.near))
        }
        let cancelled = try loop.take(600)
        #expect(cancelled.allSatisfy { $0.result == -ECANCELED })
        for ends in connections {
            loop.operations.append(.close(ends.near))
        }
        loop.turn()
        connections.forEach { ScratchSockets.close($0.far) }
    }
}
