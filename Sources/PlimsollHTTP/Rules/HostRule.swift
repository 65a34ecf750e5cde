import PlimsollCore

/// Which Host an upstream is told (RFC 9112, section 3.2): the client's, or one of its own. One of
/// its own is also what a client's request without a host gets, which only HTTP/1.0 allows.
///
/// Unsafe pointer: `line` is allocated in `init`, never written afterwards, freed in `deinit`.
public final class HostRule: Sendable {
    /// Whether the upstream's own stands for the client's.
    let replaces: Bool
    nonisolated(unsafe) private let line: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - authority: the upstream's own: a host, with a port if need be; not empty.
    ///   - replaces: the client's is not passed on.
    public init(_ authority: String, replaces: Bool) {
        precondition(
            !authority.isEmpty && authority.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F },
            "a Host has no spaces and control bytes")
        self.replaces = replaces
        let text = Array("Host: \(authority)\r\n".utf8)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        memory.copyBytes(from: text)
        line = UnsafeRawBufferPointer(memory)
    }

    deinit {
        line.deallocate()
    }

    /// Appends the whole line.
    func write(into writer: inout ByteWriter) {
        writer.append(line)
    }
}
