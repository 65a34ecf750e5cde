import Glibc

/// One end of a connection, held by a test: it says bytes, and hears what must come back.
final class Wire {
    let descriptor: Int32
    /// Received and not yet taken.
    private var buffered: [UInt8] = []
    private var isOpen = true

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close()
    }

    // MARK: Speaking

    func say(_ text: String) throws {
        try say(Array(text.utf8))
    }

    /// Sends everything, as fast as the other side takes it.
    func say(_ bytes: [UInt8]) throws {
        let deadline = Clock.milliseconds + Patience.milliseconds
        var sent = 0
        while sent < bytes.count {
            let count = push(bytes[sent...])
            if count >= 0 {
                sent += count
            } else {
                guard errno == EAGAIN else { throw Disappointment("send failed: errno \(errno)") }
                guard Clock.wait(descriptor, for: POLLOUT, until: deadline) else {
                    throw Disappointment("\(bytes.count - sent) bytes were not taken")
                }
            }
        }
    }

    /// Sends what the socket takes at once. Below zero: nothing, and `errno` says why.
    func push(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    /// Breaks the connection off: the other side gets a reset.
    func reset() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    // MARK: Hearing

    /// The next head and its body.
    /// - Parameter toHead: it answers a HEAD request, so no body follows whatever it says.
    func hear(toHead: Bool = false) throws -> Message {
        var message = try hearHead()
        try hearBody(of: &message, toHead: toHead)
        return message
    }

    /// The next head alone.
    func hearHead() throws -> Message {
        Message(head: try hearText(through: "\r\n\r\n"))
    }

    func hearBody(of message: inout Message, toHead: Bool = false) throws {
        let status = message.status
        if toHead || status == 204 || status == 304 || (100..<200).contains(status) { return }
        if message["transfer-encoding"] == "chunked" {
            while true {
                let size = Int(try hearLine(), radix: 16) ?? -1
                guard size >= 0 else { throw Disappointment("a chunk without a size") }
                if size == 0 { break }
                message.body += try hear(count: size)
                message.chunks.append(size)
                guard try hear(count: 2) == [13, 10] else {
                    throw Disappointment("a chunk that does not end")
                }
            }
            while true {
                let line = try hearLine()
                if line.isEmpty { break }
                message.trailers.append(line)
            }
        } else if let length = message["content-length"] {
            message.body = try hear(count: Int(length) ?? -1)
        } else if status != 0 {
            message.body = try hearEnd()
        }
    }

    /// A line, without its end.
    func hearLine() throws -> String {
        // CR LF is one character to Swift.
        String(try hearText(through: "\r\n").dropLast())
    }

    func hearText(through mark: String) throws -> String {
        let mark = Array(mark.utf8)
        let deadline = Clock.milliseconds + Patience.milliseconds
        var searched = 0
        while true {
            if let end = Self.end(of: mark, in: buffered, from: searched) {
                let text = String(decoding: buffered[..<end], as: UTF8.self)
                buffered.removeFirst(end)
                return text
            }
            searched = max(0, buffered.count - mark.count + 1)
            guard try receive(until: deadline) else {
                throw Disappointment("the connection ended after: \(buffered.text)")
            }
        }
    }

    func hear(count: Int) throws -> [UInt8] {
        let deadline = Clock.milliseconds + Patience.milliseconds
        while buffered.count < count {
            guard try receive(until: deadline) else {
                throw Disappointment("the connection ended \(count - buffered.count) bytes early")
            }
        }
        let bytes = Array(buffered[..<count])
        buffered.removeFirst(count)
        return bytes
    }

    /// What has come so far, or at least something.
    func hearSome() throws -> [UInt8] {
        if buffered.isEmpty {
            guard try receive(until: Clock.milliseconds + Patience.milliseconds) else {
                throw Disappointment("the connection ended")
            }
        }
        defer { buffered = [] }
        return buffered
    }

    /// Everything up to the end of the stream, which must come, and cleanly.
    @discardableResult
    func hearEnd() throws -> [UInt8] {
        let deadline = Clock.milliseconds + Patience.milliseconds
        while try receive(until: deadline) {}
        defer { buffered = [] }
        return buffered
    }

    /// Everything up to the end of the connection, clean or not.
    func hearEndOrReset() -> (bytes: [UInt8], isClean: Bool) {
        do {
            return (try hearEnd(), true)
        } catch {
            return (buffered, false)
        }
    }

    /// Whether something is there to be heard already: bytes, or the end.
    var isSpokenTo: Bool {
        !buffered.isEmpty || Clock.wait(descriptor, for: POLLIN, until: 0)
    }

    /// Takes what is there, after waiting for it. False: the stream has ended.
    func receive(until deadline: Int64) throws -> Bool {
        guard Clock.wait(descriptor, for: POLLIN, until: deadline) else {
            throw Disappointment("nothing came in time after: \(buffered.text)")
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count < 0 {
            guard errno == EAGAIN || errno == EINTR else {
                throw Disappointment("the connection broke (errno \(errno)): \(buffered.text)")
            }
            return true
        }
        buffered += bytes[..<count]
        return count > 0
    }

    private static func end(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while position + mark.count <= bytes.count {
            if bytes[position] == mark[0] && bytes[position..<position + mark.count] == mark[...] {
                return position + mark.count
            }
            position += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// For a test's complaint; not more than one can read.
    var text: String {
        String(decoding: prefix(500), as: UTF8.self)
    }
}
