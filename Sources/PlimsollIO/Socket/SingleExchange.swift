import Glibc
import PlimsollCore

/// One question and its answer over a connection of its own, on a thread that may wait: for
/// commands, never for a loop.
public enum SingleExchange {
    /// Sends a request and reads until the other side closes.
    /// - Parameters:
    ///   - seconds: longest wait for each step; at least 1.
    ///   - bytesMaximum: what is more of the answer is not read.
    public static func ask(
        _ address: SystemAddress, _ request: [UInt8], seconds: Int = 5,
        bytesMaximum: Int = 16 << 20
    ) throws(SystemError) -> [UInt8] {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let connection = FileDescriptor(
            owning: try SystemCall.check("socket") { socket(address.domain, type, 0) })
        let descriptor = connection.rawValue
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try SystemCall.check("setsockopt") {
                setsockopt(
                    descriptor, SOL_SOCKET, option, &patience,
                    socklen_t(MemoryLayout<timeval>.size))
            }
        }
        try SystemCall.check("connect") {
            address.withSocketAddress { Glibc.connect(descriptor, $0, $1) }
        }
        var sent = 0
        while sent < request.count {
            sent += try SystemCall.check("send") {
                request[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while answer.count < bytesMaximum {
            let count = try SystemCall.check("receive") {
                piece.withUnsafeMutableBytes { Glibc.recv(descriptor, $0.baseAddress, $0.count, 0) }
            }
            guard count > 0 else { break }
            answer += piece[..<count]
        }
        return answer
    }
}
