import Glibc
import Testing

@testable import PlimsollConfig

@Suite struct ConfigurationFileTests {
    @Test func `a file that is not there, a directory and a device are told apart`() {
        func said(_ path: String) -> String { ConfigurationLoader.load(path: path).report }
        #expect(
            said("/nowhere/plimsoll.toml")
                == "/nowhere/plimsoll.toml:1:1: there is no such file; check the path\n")
        #expect(said("/tmp") == "/tmp:1:1: this is a directory; name the file inside it\n")
        #expect(
            said("/dev/null") == "/dev/null:1:1: this is not a regular file; name a regular file\n")
        #expect(
            said("/etc/passwd/x")
                == "/etc/passwd/x:1:1: a part of the path is no directory; check the path\n")
    }

    @Test func `a file without permission says so`() throws {
        // Root may read everything.
        guard geteuid() != 0 else { return }
        let path = "/tmp/plimsoll-config-\(getpid()).toml"
        let descriptor = open(path, O_CREAT | O_WRONLY | O_EXCL, 0)
        #expect(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        #expect(
            ConfigurationLoader.load(path: path).report.contains(
                "there is no permission to read it"))
    }

    @Test func `the largest file is read, one byte more is refused`() {
        let limit = ConfigurationLoader.bytesMaximum
        let start = soundStart + "#"
        let text = start + String(repeating: "x", count: limit - start.utf8.count)
        #expect(report(text) == [])
        #expect(
            report(text + "x") == [
                "1:1: the file is larger than 1MiB; check that it is a configuration file"
            ])
    }

    @Test func `bytes that are no UTF-8 are told with their place`() {
        let text = Array("a = 1\nü = \"".utf8) + [0xFF] + Array("\"".utf8)
        let result = ConfigurationLoader.load(text: text, file: "f")
        #expect(
            result.report == "f:2:6: this is not UTF-8; save the file in UTF-8, as TOML asks for\n")
    }

    @Test func `a byte order mark in front does no harm`() {
        #expect(report("\u{FEFF}" + soundStart) == [])
    }

    @Test func `keys and values nested without end are refused before the stack ends`() {
        let parts = KeyDepthCheck.partsMaximum
        func key(_ count: Int) -> String {
            Array(repeating: "a", count: count).joined(separator: ".")
        }
        let said = "a key has more than 16 parts; no key has more than five; check the points"
        #expect(report("\n ü=1\n" + key(parts + 1) + " = 1") == ["3:32: \(said)"])
        #expect(report("[" + key(100_000) + "]") == ["1:33: \(said)"])
        #expect(report("b = { " + key(parts + 1) + " = 1 }") == ["1:38: \(said)"])
        #expect(report("\"a\"" + String(repeating: ".'b'", count: parts) + " = 1").count == 1)
        #expect(report(key(parts) + " = 1").allSatisfy { !$0.contains(said) })
        let arrays = String(repeating: "[", count: 100_000)
        #expect(report("a = " + arrays).allSatisfy { $0.contains("exceeded maximum nested") })
    }

    @Test func `points in strings and comments are not counted`() {
        let points = String(repeating: ".", count: 100)
        let text = #"""
            # POINTS
            [[route]]
            path = "/dots"
            respond.body = "POINTS \" POINTS"
            [[route]]
            path = "/more-dots"
            respond.body = """
            POINTS ' " \""" POINTS """
            """#
            .replacing("POINTS", with: points)
        #expect(report(soundStart + text) == [])
    }
}
