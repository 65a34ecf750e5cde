import Glibc

/// The files of the repository, as the tidy tests read them.
struct SourceTree: Sendable {
    /// Read once; the tests of this target only look.
    static let shared = SourceTree()

    /// Where the repository lies.
    let root: String
    let files: [SourceFile]

    private init() {
        // Tests/TidyTests/Source/SourceTree.swift, four steps below the root.
        let parts = #filePath.split(separator: "/").dropLast(4)
        root = "/" + parts.joined(separator: "/")
        var found: [SourceFile] = []
        Self.walk(root, relative: "", into: &found)
        files = found.sorted { $0.path < $1.path }
    }

    /// Swift files below a folder.
    func swift(below folder: String) -> [SourceFile] {
        files.filter { $0.path.hasPrefix(folder) && $0.path.hasSuffix(".swift") }
    }

    /// Files with one of the endings.
    func files(ending endings: String...) -> [SourceFile] {
        files.filter { file in endings.contains { file.path.hasSuffix($0) } }
    }

    /// Whether there is a file or folder at a path below the root.
    func exists(_ path: String) -> Bool {
        access("\(root)/\(path)", F_OK) == 0
    }

    private static let textEndings = [
        ".swift", ".c", ".h", ".cpp", ".md", ".toml", ".1", ".yaml", ".yml", ".service",
        ".sysusers", ".json", ".py", "Makefile", "Dockerfile", "scripts/setup", "scripts/check",
        ".ci/run",
    ]

    private static func walk(
        _ folder: String, relative: String, into found: inout [SourceFile]
    ) {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = relative.isEmpty ? name : "\(relative)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) {
                let isOurs = !name.hasPrefix(".") || name == ".ci"
                if isOurs { walk("\(folder)/\(name)", relative: path, into: &found) }
            } else if textEndings.contains(where: path.hasSuffix) {
                found.append(SourceFile(path: path, bytes: contents(of: "\(folder)/\(name)")))
            }
        }
    }

    private static func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}
