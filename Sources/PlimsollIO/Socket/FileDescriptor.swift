import Glibc

/// An open descriptor with one owner: it is closed exactly once, when its owner goes.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The descriptor's number. It must not be closed by other means while this value lives.
    public let rawValue: Int32

    /// Takes over an open descriptor.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0, "a descriptor's number is never below zero")
        self.rawValue = rawValue
    }

    deinit {
        // An error here (EIO of a file) has nobody left to hear it; the number is free either way.
        _ = Glibc.close(rawValue)
    }

    /// Hands the descriptor to the caller, who closes it from now on.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Another descriptor for the same open socket or file, close-on-exec.
    public func duplicate() throws(SystemError) -> FileDescriptor {
        try FileDescriptor.duplicate(rawValue)
    }

    /// The same of a descriptor that somebody else owns.
    public static func duplicate(_ number: Int32) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try SystemCall.check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// Turns waiting calls into ones that answer `EAGAIN`, and keeps the descriptor from children.
    public func makeNonBlocking() throws(SystemError) {
        let number = rawValue
        let flags = try SystemCall.check("fcntl") { fcntl(number, F_GETFL) }
        try SystemCall.check("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        try SystemCall.check("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
    }
}
