import Glibc

/// The two streams that every process may write to.
public enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes all of a text, waiting for a slow reader. A reader that has gone is ignored: there
    /// is nobody left to tell.
    public func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(rawValue, UnsafeRawPointer(rest.baseAddress), rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if count < 0, SystemCall.lastError == EAGAIN {
                    var entry = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&entry, 1, -1)
                } else if count == 0 || SystemCall.lastError != EINTR {
                    return
                }
            }
        }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? {
        UnsafeBufferPointer(rebasing: self).baseAddress
    }
}
