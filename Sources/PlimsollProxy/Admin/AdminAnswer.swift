import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// An answer of the admin server, whole, and how much of it has been sent.
///
/// Unsafe pointer: `memory` is allocated in `init` and freed in `deinit`; the kernel reads it
/// during sends, so the connection keeps the answer until its last send has completed.
struct AdminAnswer: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private let count: Int
    private(set) var sent = 0
    /// The connection serves another request afterwards.
    let keepsAlive: Bool

    /// - Parameters:
    ///   - hasBody: false to HEAD, which gets the length only.
    ///   - fields: further lines, each with its CRLF.
    init(
        status: UInt16, reason: StaticString, contentType: StaticString, body: String,
        hasBody: Bool, keepsAlive: Bool, fields: StaticString = "", date: WallTime
    ) {
        let length = body.utf8.count
        // The head takes no more than a few hundred bytes.
        memory = .allocate(byteCount: 1_024 + (hasBody ? length : 0), alignment: 16)
        self.keepsAlive = keepsAlive
        var writer = ByteWriter(memory)
        writer.append("HTTP/1.1 ")
        writer.append(decimal: UInt64(status))
        writer.append(" ")
        writer.append(reason)
        writer.append("\r\nDate: ")
        date.writeFixdate(into: &writer)
        writer.append("\r\nContent-Type: ")
        writer.append(contentType)
        writer.append("\r\nContent-Length: ")
        writer.append(decimal: UInt64(length))
        writer.append("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n")
        writer.append(fields)
        if !keepsAlive {
            writer.append("Connection: close\r\n")
        }
        writer.append("\r\n")
        if hasBody {
            var body = body
            body.withUTF8 { writer.append(UnsafeRawBufferPointer($0)) }
        }
        precondition(!writer.overflowed, "an admin answer outgrew its memory")
        count = writer.count
    }

    deinit {
        memory.deallocate()
    }

    /// What is still to be sent. At most a megabyte at once, so that the timeout, which each send
    /// has of its own, is about progress.
    var rest: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[sent..<min(count, sent + 1 << 20)])
    }

    var isSent: Bool { sent == count }

    mutating func advance(by bytes: Int) {
        precondition(bytes >= 0 && sent + bytes <= count, "more was sent than there is")
        sent += bytes
    }
}
