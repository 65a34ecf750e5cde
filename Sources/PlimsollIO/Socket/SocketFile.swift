import Glibc

/// The file of a local socket, to be removed by whoever bound it and by nobody else.
public struct SocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let number: ino_t

    /// - Parameter path: where a socket was just bound; nil for abstract names, which have no file.
    public init?(path: String) {
        var status = stat()
        guard !path.hasPrefix("@"), stat(path, &status) == 0 else { return nil }
        self.path = path
        device = status.st_dev
        number = status.st_ino
    }

    /// Removes the file, unless another process has put its own in the place meanwhile.
    public func remove() {
        var status = stat()
        guard stat(path, &status) == 0, status.st_dev == device, status.st_ino == number else {
            return
        }
        // A directory that may not be written any more (privileges were dropped) keeps the file;
        // the next start finds nobody listening and replaces it.
        _ = unlink(path)
    }
}
