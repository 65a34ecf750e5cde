import Testing

@testable import PlimsollIO

@Suite struct ProcessMemoryTests {
    private func limit(_ groups: String, _ files: [String: String]) -> Int? {
        ProcessMemory.limit(groups: groups) { files[$0] }
    }

    @Test func `version 2 takes the tightest of a group and those above it`() {
        let files = [
            "/sys/fs/cgroup/a/b/memory.max": "max\n",
            "/sys/fs/cgroup/a/memory.max": "536870912\n",
            "/sys/fs/cgroup/memory.max": "1073741824\n",
        ]
        #expect(limit("0::/a/b\n", files) == 536_870_912)
    }

    @Test func `a container sees its own group at the mount's root`() {
        #expect(limit("0::/docker/x\n", ["/sys/fs/cgroup/memory.max": "4096"]) == 4_096)
    }

    @Test func `version 1 reads the memory hierarchy`() {
        let files = [
            "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "268435456\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        ]
        #expect(limit("4:memory:/a\n3:cpu,cpuacct:/b\n", files) == 268_435_456)
        #expect(limit("4:memory:/\n", files) == nil)
    }

    @Test func `no limit is none`() {
        #expect(limit("0::/\n", ["/sys/fs/cgroup/memory.max": "max\n"]) == nil)
        #expect(limit("0::/\n", [:]) == nil)
        #expect(limit("nonsense", [:]) == nil)
    }

    @Test(arguments: ["", "0", "-1", "x", "1 2", "99999999999999999999999"])
    func `a limit that makes no sense is none`(text: String) {
        #expect(ProcessMemory.bytes(text) == nil)
    }

    @Test func `what is resident is known, and read from the right place`() throws {
        #expect(ProcessMemory.resident(statm: "900 100 50 1 0 60 0\n") == 409_600)
        #expect(ProcessMemory.resident(statm: "900") == nil)
        #expect(try #require(ProcessMemory.resident()) > 1 << 20)
    }
}
