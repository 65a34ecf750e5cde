import Glibc

/// Where `errno` is read. A call that failed leaves as a ``SystemError``; one that a signal
/// interrupted is made again.
public enum SystemCall {
    /// Makes a call that answers below zero when it fails.
    @discardableResult
    public static func check<Result: SignedInteger>(
        _ name: String, _ call: () -> Result
    ) throws(SystemError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            guard code == EINTR else { throw SystemError(name, code: code) }
        }
    }

    /// Makes a call that answers an error number instead of setting `errno`, as the pthread ones.
    public static func checkNumber(_ name: String, _ call: () -> Int32) throws(SystemError) {
        let code = call()
        guard code == 0 else { throw SystemError(name, code: code) }
    }

    /// The error that the last call of this thread left.
    public static var lastError: Int32 { errno }
}
