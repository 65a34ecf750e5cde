import Glibc

/// A system call that failed: which one, and why.
public struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call as its manual page names it.
    public var call: String
    /// The `errno` it left.
    public var code: Int32

    public init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The operating system's words for the error, such as `Address already in use`.
    public var reason: String {
        // 256 bytes hold every message of glibc; strerror_r never overruns what it is given.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: base)
        }
    }

    public var description: String { "\(call): \(reason)" }
}
