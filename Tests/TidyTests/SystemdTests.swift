import Glibc
import Testing

enum SystemdAnalyze {
    static var isThere: Bool {
        ["/usr/bin", "/bin", "/usr/local/bin"].contains {
            access("\($0)/systemd-analyze", X_OK) == 0
        }
    }
}

/// The unit is what systemd takes it for, and lets the daemon do no more than it needs.
@Suite(.enabled(if: SystemdAnalyze.isThere, "systemd-analyze is not on this machine"))
struct SystemdTests {
    private let root = SourceTree.shared.root

    @Test func `systemd finds nothing wrong with the unit`() throws {
        // A copy that runs what is surely there: plimsoll is not installed while it is tested.
        let unit = try #require(
            SourceTree.shared.files.first { $0.path == "systemd/plimsoll.service" })
        let text = unit.lines.joined(separator: "\n")
        try withScratchFolder { folder in
            try write(
                text.replacing("/usr/local/bin/plimsoll", with: "/bin/true"),
                to: "\(folder)/plimsoll.service")
            let (status, output) = shell(
                "systemd-analyze verify --man=no \(folder)/plimsoll.service 2>&1")
            #expect(status == 0)
            #expect(!output.contains("plimsoll.service:"), "\(output)")
        }
    }

    @Test func `the unit's exposure is at most 1.5`() {
        let (status, output) = shell(
            "systemd-analyze security --offline=true --threshold=15 --no-pager "
                + "'\(root)/systemd/plimsoll.service' 2>&1")
        #expect(status == 0, "\(output)")
    }

    @Test func `io_uring stays allowed`() throws {
        let unit = try #require(
            SourceTree.shared.files.first { $0.path == "systemd/plimsoll.service" })
        let allowed = unit.lines.filter { $0.hasPrefix("SystemCallFilter=") }
        for name in ["io_uring_setup", "io_uring_enter", "io_uring_register"] {
            #expect(allowed.last?.contains(name) == true, "the last filter must list \(name)")
        }
    }

    private func withScratchFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/plimsoll-tidy-XXXXXX".utf8CString)
        let isMade = mkdtemp(&template) != nil
        try #require(isMade)
        let folder = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
        defer { _ = shell("rm -r '\(folder)'") }
        try body(folder)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text + "\n", file)
        fclose(file)
    }

    private func shell(_ command: String) -> (status: Int32, output: String) {
        guard let pipe = popen(command, "r") else { return (-1, "") }
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&piece, 1, piece.count, pipe)
            if count == 0 { break }
            output += piece[..<count]
        }
        return (pclose(pipe), String(decoding: output, as: UTF8.self))
    }
}
