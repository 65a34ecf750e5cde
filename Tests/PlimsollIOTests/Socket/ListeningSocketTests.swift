import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// A path in the abstract namespace that no other test or process uses.
private func abstractPath(_ name: String) -> String { "@plimsoll-test-\(getpid())-\(name)" }

private func connects(to address: SystemAddress) throws -> Bool {
    let client = try SocketOptions.makeClient(for: address)
    let target = ConnectAddress(address)
    let result = connect(
        client.rawValue, target.bytes.assumingMemoryBound(to: sockaddr.self),
        socklen_t(target.count))
    return result == 0
}

@Suite struct ListeningSocketTests {
    @Test func `a local socket takes connections`() throws {
        let address = try SystemAddress(path: abstractPath("takes"))
        let listener = try ListeningSocket(at: address, .init())
        #expect(try listener.localAddress().path == address.path)
        #expect(try connects(to: address))
        let accepted = FileDescriptor(
            owning: try SystemCall.check("accept") { accept(listener.descriptor, nil, nil) })
        #expect(accepted.rawValue > 2)
    }

    @Test func `accepting from an empty queue does not wait`() throws {
        let address = try SystemAddress(path: abstractPath("empty"))
        let listener = try ListeningSocket(at: address, .init())
        #expect(throws: SystemError("accept", code: EAGAIN)) {
            try SystemCall.check("accept") { accept(listener.descriptor, nil, nil) }
        }
    }

    @Test func `a path that somebody listens at is in use`() throws {
        let path = "/tmp/plimsoll-test-\(getpid())-used.sock"
        defer { unlink(path) }
        let address = try SystemAddress(path: path)
        let first = try ListeningSocket(at: address, .init())
        #expect(throws: SystemError("bind", code: EADDRINUSE)) {
            _ = try ListeningSocket(at: address, .init())
        }
        #expect(first.descriptor >= 0)
    }

    @Test func `a file left behind by a dead process is replaced`() throws {
        let path = "/tmp/plimsoll-test-\(getpid())-left.sock"
        defer { unlink(path) }
        let address = try SystemAddress(path: path)
        do {
            _ = try ListeningSocket(at: address, .init())
        }
        let second = try ListeningSocket(at: address, .init())
        #expect(try connects(to: address))
        #expect(second.descriptor >= 0)
    }

    @Test func `a file whose process is just dying is replaced`() async throws {
        let path = "/tmp/plimsoll-test-\(getpid())-dying.sock"
        defer { unlink(path) }
        let address = try SystemAddress(path: path)
        let number = try ListeningSocket(at: address, .init()).release()
        // Dies when it is asked whether it lives; on a thread of its own, for tests that wait may
        // hold all threads that tasks have.
        let death = try LoopThread(name: "death") {
            let patience = MonotonicClock.now.advanced(byNanoseconds: 10_000_000_000)
            try? DescriptorWait.untilReadable([number], deadline: patience)
            close(number)
        }
        let second = try ListeningSocket(
            at: address, .init(leftoverNanoseconds: 10_000_000_000))
        death.join()
        #expect(try connects(to: address))
        #expect(second.descriptor >= 0)
    }

    @Test func `a duplicate serves the same queue`() throws {
        let address = try SystemAddress(path: abstractPath("duplicate"))
        let listener = try ListeningSocket(at: address, .init())
        let twin = try listener.duplicate()
        #expect(try connects(to: address))
        let number = try SystemCall.check("accept") { accept(twin.descriptor, nil, nil) }
        _ = FileDescriptor(owning: number)
        #expect(listener.descriptor != twin.descriptor)
    }

    @Test func `a socket that does not listen is not inherited`() throws {
        let client = try SocketOptions.makeClient(for: try SystemAddress(path: "@x"))
        #expect(throws: SystemError("listen", code: EINVAL)) {
            _ = try ListeningSocket(inheriting: try client.duplicate())
        }
    }
}
