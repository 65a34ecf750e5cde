import Testing

@testable import PlimsollIO

@Suite struct ProcessorQuotaTests {
    private func quota(_ groups: String, _ files: [String: String]) -> Double? {
        ProcessorQuota.quota(groups: groups) { files[$0] }
    }

    @Test func `version 2 takes the tightest of a group and those above it`() {
        let files = [
            "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/a/cpu.max": "150000 100000\n",
            "/sys/fs/cgroup/cpu.max": "400000 100000\n",
        ]
        #expect(quota("0::/a/b\n", files) == 1.5)
    }

    @Test func `a container sees its own group at the mount's root`() {
        #expect(
            quota("0::/docker/x\n", ["/sys/fs/cgroup/cpu.max": "50000 100000"]) == 0.5)
    }

    @Test func `version 1 reads the cpu hierarchy`() {
        let files = [
            "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "200000\n",
            "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        ]
        #expect(quota("4:memory:/a\n3:cpu,cpuacct:/a\n", files) == 2)
    }

    @Test func `no quota is none`() {
        #expect(quota("0::/\n", ["/sys/fs/cgroup/cpu.max": "max 100000\n"]) == nil)
        #expect(quota("0::/\n", [:]) == nil)
        #expect(quota("nonsense", [:]) == nil)
    }

    @Test(arguments: ["", "1", "0 100000", "100000 0", "x y", "1 2 3"])
    func `a quota that makes no sense is none`(text: String) {
        #expect(ProcessorQuota.version2(text) == nil)
    }
}
