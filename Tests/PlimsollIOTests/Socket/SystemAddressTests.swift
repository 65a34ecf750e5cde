import Glibc
import PlimsollIO
import Testing

@Suite struct SystemAddressTests {
    @Test func `a path survives the way into the kernel's form`() throws {
        let address = try SystemAddress(path: "/run/a.sock")
        #expect(address.path == "/run/a.sock")
        #expect(address.family == .local)
        #expect(address.count == 2 + 11 + 1)
    }

    @Test func `an abstract name begins with a zero and has none at its end`() throws {
        let address = try SystemAddress(path: "@plimsoll")
        #expect(address.path == "@plimsoll")
        #expect(address.count == 2 + 9)
        #expect(address.withUnsafeBytes { $0[2] } == 0)
    }

    @Test func `the longest path fits and one byte more is refused`() throws {
        let longest = String(repeating: "a", count: SystemAddress.pathBytesMaximum)
        #expect(try SystemAddress(path: longest).path == longest)
        #expect(throws: SystemError("bind", code: ENAMETOOLONG)) {
            try SystemAddress(path: longest + "a")
        }
        #expect(throws: SystemError("bind", code: EINVAL)) { try SystemAddress(path: "") }
    }
}
