import Glibc
import PlimsollConfig
import PlimsollCore
import PlimsollIO
import Testing

@testable import PlimsollProxy

private func listener(_ name: String, _ address: String) -> ListenerSettings {
    guard let address = SocketAddress(parsing: address) else {
        preconditionFailure("an address of a test is one")
    }
    return ListenerSettings(name: name, address: .socket(address))
}

@Suite struct ListenerSetTests {
    private let log = LineCollector().makeLog()

    @Test func `what stays keeps its sockets, what is new is opened, what is gone is retired`()
        throws
    {
        var set = ListenerSet(loops: 2, inherited: [])
        let before = [listener("a", "127.0.0.1:0"), listener("b", "127.0.0.1:0")]
        let first = try set.prepare(before)
        #expect(first.places.map(\.isNew) == [true, true])
        set.commit(first, settings: before, log: log)

        let after = [listener("c", "127.0.0.1:0"), listener("b", "127.0.0.1:0")]
        let second = try set.prepare(after)
        #expect(second.places.map(\.isNew) == [true, false])
        #expect(second.places[1].listener === first.places[1].listener)
        #expect(second.retired.map(\.name) == ["a"])
        set.commit(second, settings: after, log: log)
        #expect(set.listeners.map(\.name) == ["c", "b"])
    }

    @Test func `every loop has a queue of its own at the same address`() throws {
        var set = ListenerSet(loops: 2, inherited: [])
        let change = try set.prepare([listener("a", "127.0.0.1:0")])
        let open = change.places[0].listener
        let descriptors = try (0..<2).map {
            FileDescriptorBox(try open.duplicate(forLoop: $0))
        }
        let addresses = try descriptors.map { try SystemAddress(localOf: $0.number).description }
        #expect(addresses == [open.boundAddress, open.boundAddress])
        let inodes = descriptors.map { descriptor in
            var status = stat()
            fstat(descriptor.number, &status)
            return status.st_ino
        }
        #expect(inodes[0] != inodes[1])
    }

    @Test func `a listener that cannot be opened changes nothing and names itself`() throws {
        var set = ListenerSet(loops: 1, inherited: [])
        let path = "/nowhere/plimsoll-\(getpid()).sock"
        #expect {
            _ = try set.prepare([
                listener("a", "127.0.0.1:0"),
                ListenerSettings(name: "b", address: .unix(path: path)),
            ])
        } throws: { error in
            "\(error)" == "listener b at unix:\(path): bind: No such file or directory"
        }
        #expect(set.listeners.isEmpty)
    }

    @Test func `a local socket's file goes with its listener`() throws {
        var set = ListenerSet(loops: 2, inherited: [])
        let path = "/tmp/plimsoll-test-\(getpid())-set.sock"
        let settings = [ListenerSettings(name: "a", address: .unix(path: path))]
        set.commit(try set.prepare(settings), settings: settings, log: log)
        #expect(access(path, F_OK) == 0)
        let other = [listener("b", "127.0.0.1:0")]
        set.commit(try set.prepare(other), settings: other, log: log)
        #expect(access(path, F_OK) != 0)
    }

    @Test func `inherited sockets are claimed by name, then by address`() throws {
        let loopback = SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0))
        let named = try ListeningSocket(at: loopback, .init())
        let addressed = try ListeningSocket(at: loopback, .init())
        let address = try addressed.localAddress().description
        let expected = try named.localAddress().description
        var set = ListenerSet(
            loops: 2,
            inherited: [
                .init(name: "unknown", descriptor: addressed.release()),
                .init(name: "a", descriptor: named.release()),
            ])
        let change = try set.prepare([listener("a", "127.0.0.1:1"), listener("b", address)])
        #expect(change.places.map(\.listener.boundAddress) == [expected, address])
    }
}

/// A descriptor in an array.
private final class FileDescriptorBox {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }
}
