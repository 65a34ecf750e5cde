import Glibc

/// Small files read whole: configuration, and what the kernel tells under /proc and /sys.
public enum FileText {
    /// A file's bytes.
    /// - Parameter bytesMaximum: a longer file is refused with `EFBIG`.
    public static func read(_ path: String, bytesMaximum: Int) throws(SystemError) -> [UInt8] {
        let file = FileDescriptor(
            owning: try SystemCall.check("open") { open(path, O_RDONLY | O_CLOEXEC) })
        let number = file.rawValue
        var bytes: [UInt8] = []
        // Read to the end: files of /proc do not tell their size.
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = try SystemCall.check("read") { Glibc.read(number, &piece, piece.count) }
            if count == 0 { return bytes }
            guard bytes.count + count <= bytesMaximum else {
                throw SystemError("read", code: EFBIG)
            }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// A short file as text; nil when it cannot be read, which callers treat as not being there.
    static func short(_ path: String) -> String? {
        guard let bytes = try? read(path, bytesMaximum: 64 * 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
