import Glibc
import PlimsollIO

/// A blocking connection for tests; no call takes longer than five seconds.
struct TestClient: ~Copyable {
    private let socket: FileDescriptor

    init(to address: SystemAddress) throws {
        let number = try SystemCall.check("socket") {
            Glibc.socket(address.domain, Int32(SOCK_STREAM.rawValue), 0)
        }
        let opened = FileDescriptor(owning: number)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        try SystemCall.check("connect") {
            address.withUnsafeBytes { bytes in
                connect(
                    number, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                    socklen_t(bytes.count))
            }
        }
        socket = opened
    }

    func send(_ text: String) {
        var text = text
        let sent = text.withUTF8 { Glibc.send(socket.rawValue, $0.baseAddress, $0.count, 0) }
        precondition(sent == text.utf8.count, "a short text is sent at once")
    }

    /// Everything up to the peer's end of stream.
    func readAll() -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(socket.rawValue, &piece, piece.count, 0)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    /// One answer with a Content-Length.
    func readAnswer(hasBody: Bool = true) -> (head: String, body: String) {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard recv(socket.rawValue, &byte, 1, 0) == 1 else { break }
            bytes.append(byte)
        }
        let head = String(decoding: bytes, as: UTF8.self)
        let line = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
        let length = line.flatMap { Int($0.dropFirst("Content-Length: ".count)) } ?? 0
        var body = [UInt8](repeating: 0, count: hasBody ? length : 0)
        if !body.isEmpty {
            let count = recv(socket.rawValue, &body, body.count, Int32(MSG_WAITALL))
            body.removeSubrange(max(0, count)...)
        }
        return (head, String(decoding: body, as: UTF8.self))
    }
}
