import Glibc

/// Files that a command writes as a whole.
public enum TextFile {
    /// Writes a text to a file, in place of what it held.
    /// - Returns: false when it cannot be written, or not all of it.
    public static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        var text = text
        let isWhole = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let rest = UnsafeBufferPointer(rebasing: bytes[written...])
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    written += count
                } else if count == 0 || SystemCall.lastError != EINTR {
                    return false
                }
            }
            return true
        }
        return close(descriptor) == 0 && isWhole
    }
}
