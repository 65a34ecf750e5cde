import Glibc
import PlimsollCore
import PlimsollIO
import Testing

@Suite struct SocketAddressSystemTests {
    @Test(arguments: ["127.0.0.1:80", "255.1.2.3:65535", "[2001:db8::12]:443", "[::]:0"])
    func `an address survives the way through the kernel's form`(text: String) throws {
        let address = try #require(SocketAddress(parsing: text))
        let system = SystemAddress(address)
        #expect(SocketAddress(system) == address)
        #expect(system.description == text)
        #expect(system.path == nil)
    }

    @Test func `a path is no IP address`() throws {
        #expect(SocketAddress(try SystemAddress(path: "/a")) == nil)
        #expect(try SystemAddress(path: "/a").description == "unix:/a")
    }

    @Test func `the bytes are in network order`() throws {
        let system = SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0x1234))
        let bytes = system.withUnsafeBytes { Array($0) }
        #expect(bytes[2..<8] == [0x12, 0x34, 127, 0, 0, 1])
        #expect(bytes.count == 16)
    }

    @Test func `both ends of a connection name each other`() throws {
        let loopback = SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0))
        let listener = try ListeningSocket(at: loopback, .init(backlog: 1))
        let address = try listener.localAddress()
        #expect(SocketAddress(address)?.port != 0)
        let client = try SocketOptions.makeClient(for: address)
        let target = ConnectAddress(address)
        _ = connect(
            client.rawValue, target.bytes.assumingMemoryBound(to: sockaddr.self),
            socklen_t(target.count))
        try DescriptorWait.untilReadable([listener.descriptor], deadline: .distantFuture)
        let accepted = FileDescriptor(
            owning: try SystemCall.check("accept") { accept(listener.descriptor, nil, nil) })
        let peer = SocketAddress(peerOf: accepted.rawValue)
        #expect(peer == SocketAddress(try SystemAddress(localOf: client.rawValue)))
    }

    @Test func `every loop binds the port that the first was given`() throws {
        let loopback = SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0))
        let first = try ListeningSocket(at: loopback, .init())
        let second = try ListeningSocket(at: try first.localAddress(), .init())
        #expect(
            SocketAddress(try second.localAddress()) == SocketAddress(try first.localAddress()))
    }

    @Test func `a socket that refuses handshakes still accepts what is queued`() throws {
        let loopback = SystemAddress(SocketAddress(v4: 0x7F00_0001, port: 0))
        let listener = try ListeningSocket(at: loopback, .init())
        let address = try listener.localAddress()
        let target = ConnectAddress(address)
        let early = try SocketOptions.makeClient(for: address)
        let bytes = target.bytes.assumingMemoryBound(to: sockaddr.self)
        _ = connect(early.rawValue, bytes, socklen_t(target.count))
        try DescriptorWait.untilReadable([listener.descriptor], deadline: .distantFuture)

        try ListeningSocket.refuseHandshakes(listener.descriptor)
        let late = try SocketOptions.makeClient(for: address)
        _ = connect(late.rawValue, bytes, socklen_t(target.count))

        let accepted = FileDescriptor(
            owning: try SystemCall.check("accept") { accept(listener.descriptor, nil, nil) })
        #expect(SocketAddress(peerOf: accepted.rawValue) != nil)
        #expect(throws: SystemError("accept", code: EAGAIN)) {
            try SystemCall.check("accept") { accept(listener.descriptor, nil, nil) }
        }
        #expect(SocketAddress(peerOf: late.rawValue) == nil, "its handshake has not ended")
    }
}
