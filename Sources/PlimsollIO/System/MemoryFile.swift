import CLinux
import Glibc

/// A file without a place on disk, which goes with the process. It is read by a path, so what takes
/// a file's name can be given one whose text changes while it runs.
public struct MemoryFile: ~Copyable, Sendable {
    private let file: FileDescriptor

    /// - Parameter name: what `/proc` shows; it means nothing else.
    public init(name: String) throws(SystemError) {
        file = FileDescriptor(
            owning: try SystemCall.check("memfd_create") { name.withCString(clinux_memory_file) })
    }

    /// Opens the file for this process, from its first byte, also after it gave up privileges.
    public var path: String { "/proc/self/fd/\(file.rawValue)" }

    /// Puts another text in place of the whole. Who reads meanwhile may see a part of it.
    public func replace(with text: String) throws(SystemError) {
        let number = file.rawValue
        let bytes = Array(text.utf8)
        try SystemCall.check("ftruncate") { ftruncate(number, 0) }
        var written = 0
        while written < bytes.count {
            written += try SystemCall.check("pwrite") {
                bytes[written...].withUnsafeBytes {
                    pwrite(number, $0.baseAddress, $0.count, off_t(written))
                }
            }
        }
    }
}
