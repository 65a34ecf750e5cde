import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// A service manager's end of the notification socket, in the abstract namespace.
private struct Listener: ~Copyable {
    let path: String
    let socket: FileDescriptor

    init(_ name: String) throws {
        let path = "@plimsoll-notify-\(getpid())-\(name)"
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try SystemCall.check("socket") { Glibc.socket(AF_UNIX, type, 0) }
        let opened = FileDescriptor(owning: number)
        let address = try SystemAddress(path: path)
        let result = address.withUnsafeBytes {
            bind(
                number, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
        precondition(result == 0, "a fresh abstract name is free")
        self.path = path
        socket = opened
    }

    func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = recv(socket.rawValue, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}

@Suite struct ServiceManagerTests {
    @Test func `the manager hears of every stage`() throws {
        let listener = try Listener("stages")
        let manager = ServiceManager(socketPath: listener.path)
        manager.ready(status: "serving")
        manager.reloading(now: Instant(nanoseconds: 5_999))
        manager.watchdog()
        manager.status("busy")
        manager.stopping(status: "draining")
        #expect(listener.next() == "READY=1\nSTATUS=serving")
        #expect(listener.next() == "RELOADING=1\nMONOTONIC_USEC=5")
        #expect(listener.next() == "WATCHDOG=1")
        #expect(listener.next() == "STATUS=busy")
        #expect(listener.next() == "STOPPING=1\nSTATUS=draining")
        #expect(listener.next() == nil)
    }

    @Test func `without a manager nothing is said and nothing fails`() {
        let manager = ServiceManager(socketPath: nil)
        manager.ready(status: "serving")
        #expect(manager.watchdogNanoseconds == nil)
    }

    @Test func `the watchdog is fed twice as often as asked`() {
        func interval(_ microseconds: String?, process: String? = nil) -> Int64? {
            ServiceManager(
                socketPath: "@nobody", watchdogMicroseconds: microseconds,
                watchdogProcess: process, ownProcessIdentifier: 7
            ).watchdogNanoseconds
        }
        #expect(interval("2000000") == 1_000_000_000)
        #expect(interval("2000000", process: "7") == 1_000_000_000)
        #expect(interval("2000000", process: "8") == nil)
        #expect(interval("0") == nil)
        #expect(interval("-5") == nil)
        #expect(interval("soon") == nil)
        #expect(interval(nil) == nil)
    }
}
