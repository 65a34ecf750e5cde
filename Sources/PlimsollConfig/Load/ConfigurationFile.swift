import Glibc

/// Reads a file that an operator named. Each way that this can fail has its own sentence.
public enum ConfigurationFile {
    /// What is wrong with the file, and what to do about it.
    public struct Fault: Error, Equatable {
        public var rule: String
        public var fix: String
    }

    /// - Parameter bytesMaximum: reading ends soon after so many bytes; a longer result tells that
    ///   there were more.
    public static func read(_ path: String, bytesMaximum: Int) -> Result<[UInt8], Fault> {
        // Not blocking: opening a named pipe would wait for its writer for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(fault(of: errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(fault(of: errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR:
            return .failure(
                Fault(rule: "this is a directory", fix: "name the file inside it"))
        default:
            return .failure(
                Fault(rule: "this is not a regular file", fix: "name a regular file"))
        }
        return readAll(descriptor, bytesMaximum: bytesMaximum)
    }

    /// One byte more than allowed is enough to know that it is too much.
    private static func readAll(
        _ descriptor: Int32, bytesMaximum: Int
    ) -> Result<[UInt8], Fault> {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= bytesMaximum {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(fault(of: errno))
            }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return .success(bytes)
    }

    private static func fault(of code: Int32) -> Fault {
        switch code {
        case ENOENT: Fault(rule: "there is no such file", fix: "check the path")
        case EACCES, EPERM:
            Fault(
                rule: "there is no permission to read it",
                fix: "make it readable for the user that plimsoll is started as")
        case ENOTDIR: Fault(rule: "a part of the path is no directory", fix: "check the path")
        case ELOOP: Fault(rule: "its symbolic links lead in a circle", fix: "check the path")
        case ENAMETOOLONG: Fault(rule: "the path is too long", fix: "check the path")
        default: Fault(rule: "it cannot be read (error \(code))", fix: "check the disk")
        }
    }
}
