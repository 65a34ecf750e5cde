import PlimsollCore

/// The head of a message as a simulated peer reads it.
public struct WireHead: Sendable {
    /// Without the line end.
    public var startLine: String
    /// Names in lower case, in order.
    public var fields: [(name: String, value: String)]

    public func first(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    public func count(_ name: String) -> Int {
        fields.count { $0.name == name }
    }

    /// The status of a response; 0 when there is none.
    public var status: Int {
        let words = startLine.split(separator: " ", omittingEmptySubsequences: false)
        return words.count >= 2 && words[0].hasPrefix("HTTP/1.") ? Int(words[1]) ?? 0 : 0
    }

    public var method: String {
        String(startLine.prefix { $0 != " " })
    }
}

/// What a ``WireReader`` found next.
public enum WireEvent {
    case head(WireHead)
    case body([UInt8])
    /// The message is complete.
    case end
    /// The bytes break the protocol; the sentence says how. Nothing can be read after it.
    case malformed(String)
}

/// Reads HTTP/1 messages from a simulated connection, strictly and without any code of the
/// proxy: what the proxy writes is judged by somebody else's reading of the RFC.
public struct WireReader {
    private enum State {
        case head
        case length(Int)
        case chunkSize
        case chunkData(Int)
        case trailers
        case untilClose
        case failed
    }

    private let readsRequests: Bool
    /// Set before a response's head is read: the request was HEAD.
    public var answersHead = false
    private var bytes: [UInt8] = []
    private var offset = 0
    private var state = State.head

    public init(readsRequests: Bool) {
        self.readsRequests = readsRequests
    }

    public mutating func feed(_ more: [UInt8]) {
        if offset > 1 << 15 {
            bytes.removeFirst(offset)
            offset = 0
        }
        bytes += more
    }

    /// Bytes that belong to no message yet.
    public var unreadCount: Int { bytes.count - offset }

    /// Between two messages, with nothing read of the next.
    public var isBetweenMessages: Bool {
        if case .head = state { return unreadCount == 0 }
        return false
    }

    /// The stream ended. True when that ends a message cleanly (a body until the close).
    public mutating func endOfStream() -> Bool {
        if case .untilClose = state {
            state = .head
            return true
        }
        return false
    }

    /// The next event, or nil when more bytes are needed.
    public mutating func next() -> WireEvent? {
        switch state {
        case .head: readHead()
        case .length(let left): readBody(left: left, isChunk: false)
        case .chunkSize: readChunkSize()
        case .chunkData(let left): readBody(left: left, isChunk: true)
        case .trailers: readTrailers()
        case .untilClose: unreadCount > 0 ? .body(take(unreadCount)) : nil
        case .failed: nil
        }
    }

    private mutating func fail(_ sentence: String) -> WireEvent {
        state = .failed
        return .malformed(sentence)
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(bytes[offset..<offset + count])
        offset += count
        return taken
    }

    /// A line without its CRLF, or nil while it is incomplete.
    private mutating func takeLine() -> String? {
        guard unreadCount >= 2 else { return nil }
        for index in offset..<bytes.count - 1
        where bytes[index] == 0x0D && bytes[index + 1] == 0x0A {
            let line = String(decoding: bytes[offset..<index], as: UTF8.self)
            offset = index + 2
            return line
        }
        return nil
    }

    private mutating func readHead() -> WireEvent? {
        let start = offset
        guard let startLine = takeLine() else { return nil }
        var fields: [(name: String, value: String)] = []
        while true {
            guard let line = takeLine() else {
                offset = start
                return nil
            }
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                return fail("a field line without a name: \(line)")
            }
            let value = line[line.index(after: colon)...]
            fields.append((line[..<colon].lowercased(), Self.trim(value)))
        }
        let head = WireHead(startLine: startLine, fields: fields)
        if let problem = enterBody(of: head) { return fail(problem) }
        return .head(head)
    }

    private static func trim(_ text: Substring) -> String {
        var rest = text
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return String(rest)
    }

    /// Decides the framing (RFC 9112, 6.3).
    private mutating func enterBody(of head: WireHead) -> String? {
        guard head.count("content-length") + head.count("transfer-encoding") <= 1 else {
            return "two framings in one head: \(head.startLine)"
        }
        if readsRequests {
            guard head.startLine.hasSuffix(" HTTP/1.1") || head.startLine.hasSuffix(" HTTP/1.0")
            else { return "not a request line: \(head.startLine)" }
        } else {
            guard head.status >= 100 else { return "not a status line: \(head.startLine)" }
        }
        let status = head.status
        if !readsRequests,
            answersHead || (100..<200).contains(status) || status == 204 || status == 304
        {
            state = .length(0)
        } else if let coding = head.first("transfer-encoding") {
            guard coding == "chunked" else { return "transfer coding \(coding)" }
            state = .chunkSize
        } else if let length = head.first("content-length") {
            guard let count = Int(length), count >= 0 else { return "length \(length)" }
            state = .length(count)
        } else {
            state = readsRequests ? .length(0) : .untilClose
        }
        return nil
    }

    private mutating func readBody(left: Int, isChunk: Bool) -> WireEvent? {
        if left == 0 {
            if isChunk {
                guard unreadCount >= 2 else { return nil }
                guard take(2) == [0x0D, 0x0A] else { return fail("a chunk without its end") }
                state = .chunkSize
                return next()
            }
            state = .head
            return .end
        }
        guard unreadCount > 0 else { return nil }
        let data = take(min(left, unreadCount))
        state = isChunk ? .chunkData(left - data.count) : .length(left - data.count)
        return .body(data)
    }

    private mutating func readChunkSize() -> WireEvent? {
        guard let line = takeLine() else { return nil }
        let digits = line.prefix { $0 != ";" }
        guard let size = Int(digits, radix: 16), size >= 0, digits.first != "+" else {
            return fail("chunk size \(line)")
        }
        state = size == 0 ? .trailers : .chunkData(size)
        return next()
    }

    private mutating func readTrailers() -> WireEvent? {
        while let line = takeLine() {
            if line.isEmpty {
                state = .head
                return .end
            }
        }
        return nil
    }
}
