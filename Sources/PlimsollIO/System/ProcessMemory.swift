/// The memory that control groups grant this process, and what it uses.
public enum ProcessMemory {
    /// The tightest limit of this process's group and the groups above it, in bytes; nil when
    /// none is set.
    public static func limit() -> Int? {
        guard let groups = FileText.short("/proc/self/cgroup") else { return nil }
        return limit(groups: groups, read: FileText.short)
    }

    /// Bytes that are resident now; nil when the kernel does not tell.
    public static func resident() -> Int? {
        FileText.short("/proc/self/statm").flatMap { resident(statm: $0) }
    }

    /// Version 1 writes "no limit" as the largest number of whole pages. No machine has 2^50.
    private static var noLimit: Int { 1 << 50 }
    private static var pageBytes: Int { 4096 }

    /// Finds the limit. In a container the group's path may not exist under the mount that the
    /// container sees; the files at the mount's root are then the container's own.
    /// - Parameters:
    ///   - groups: the text of /proc/self/cgroup.
    ///   - read: a file's text, nil when it is not there.
    static func limit(groups: String, read: (String) -> String?) -> Int? {
        var tightest: Int?
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isVersion2 = parts[0] == "0" && parts[1].isEmpty
            guard isVersion2 || parts[1].split(separator: ",").contains("memory") else { continue }
            for path in ProcessorQuota.ancestors(of: String(parts[2])) {
                let file =
                    isVersion2
                    ? "/sys/fs/cgroup\(path)/memory.max"
                    : "/sys/fs/cgroup/memory\(path)/memory.limit_in_bytes"
                if let found = read(file).flatMap(bytes) {
                    tightest = min(tightest ?? found, found)
                }
            }
        }
        return tightest
    }

    /// `max`, or a number.
    static func bytes(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 1, let bytes = Int(words[0]), bytes > 0, bytes < noLimit else {
            return nil
        }
        return bytes
    }

    /// The second number of /proc/self/statm, in pages.
    static func resident(statm: String) -> Int? {
        let words = statm.split(separator: " ")
        guard words.count > 2, let pages = Int(words[1]) else { return nil }
        return pages * pageBytes
    }
}
