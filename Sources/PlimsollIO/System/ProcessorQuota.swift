/// The processor time that control groups grant this process, in cores.
public enum ProcessorQuota {
    /// The tightest quota of this process's group and the groups above it; nil when none is set.
    public static func current() -> Double? {
        guard let groups = FileText.short("/proc/self/cgroup") else { return nil }
        return quota(groups: groups, read: FileText.short)
    }

    /// Finds the quota. In a container the group's path may not exist under the mount that the
    /// container sees; the files at the mount's root are then the container's own.
    /// - Parameters:
    ///   - groups: the text of /proc/self/cgroup.
    ///   - read: a file's text, nil when it is not there.
    static func quota(groups: String, read: (String) -> String?) -> Double? {
        var tightest: Double?
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isVersion2 = parts[0] == "0" && parts[1].isEmpty
            guard isVersion2 || parts[1].split(separator: ",").contains("cpu") else { continue }
            for path in ancestors(of: String(parts[2])) {
                let found =
                    isVersion2
                    ? read("/sys/fs/cgroup\(path)/cpu.max").flatMap(version2)
                    : version1(directory: "/sys/fs/cgroup/cpu\(path)", read: read)
                if let found {
                    tightest = min(tightest ?? found, found)
                }
            }
        }
        return tightest
    }

    /// `/a/b`, `/a` and the empty path, which is the root.
    static func ancestors(of path: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).reversed().map { count in
            names[..<count].map { "/\($0)" }.joined()
        }
    }

    /// `max 100000` or `150000 100000`: microseconds of time in each period.
    static func version2(_ text: String) -> Double? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let time = Double(words[0]), let period = Double(words[1]),
            time > 0, period > 0
        else { return nil }
        return time / period
    }

    private static func version1(directory: String, read: (String) -> String?) -> Double? {
        guard let time = read("\(directory)/cpu.cfs_quota_us"),
            let period = read("\(directory)/cpu.cfs_period_us")
        else { return nil }
        // No quota is -1, which `version2` refuses like `max`.
        return version2("\(time) \(period)")
    }
}
