import Glibc
import PlimsollCore

/// Says something to a server and hears it out, waiting for each step. For commands, which have
/// nothing else to do; never for a loop.
public enum BlockingExchange {
    /// - Parameters:
    ///   - answerBytesMaximum: what is longer is an error (`EMSGSIZE`).
    ///   - deadline: when the wait for the whole is over (`ETIMEDOUT`).
    /// - Returns: all that came until the other side ended.
    public static func exchange(
        _ request: [UInt8], with address: SystemAddress, answerBytesMaximum: Int,
        deadline: Instant
    ) throws(SystemError) -> [UInt8] {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = FileDescriptor(
            owning: try SystemCall.check("socket") { Glibc.socket(address.domain, type, 0) })
        let connected = address.withSocketAddress { connect(socket.rawValue, $0, $1) }
        if connected < 0 {
            let code = SystemCall.lastError
            guard code == EINPROGRESS || code == EAGAIN else {
                throw SystemError("connect", code: code)
            }
            try wait(socket.rawValue, POLLOUT, deadline)
            try checkConnected(socket.rawValue)
        }
        try send(request, to: socket.rawValue, deadline)
        return try receive(from: socket.rawValue, answerBytesMaximum, deadline)
    }

    private static func checkConnected(_ descriptor: Int32) throws(SystemError) {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try SystemCall.check("getsockopt") {
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        }
        if code != 0 { throw SystemError("connect", code: code) }
    }

    private static func send(
        _ bytes: [UInt8], to descriptor: Int32, _ deadline: Instant
    ) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else {
                try waitAfterFailure("send", descriptor, POLLOUT, deadline)
            }
        }
    }

    private static func receive(
        from descriptor: Int32, _ maximum: Int, _ deadline: Instant
    ) throws(SystemError) -> [UInt8] {
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count == 0 { return answer }
            if count > 0 {
                answer += piece[..<count]
                guard answer.count <= maximum else {
                    throw SystemError("receive", code: EMSGSIZE)
                }
            } else {
                try waitAfterFailure("receive", descriptor, POLLIN, deadline)
            }
        }
    }

    private static func waitAfterFailure(
        _ call: String, _ descriptor: Int32, _ event: Int32, _ deadline: Instant
    ) throws(SystemError) {
        let code = SystemCall.lastError
        if code == EINTR { return }
        guard code == EAGAIN else { throw SystemError(call, code: code) }
        try wait(descriptor, event, deadline)
    }

    private static func wait(
        _ descriptor: Int32, _ event: Int32, _ deadline: Instant
    ) throws(SystemError) {
        var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        while true {
            let left = deadline.nanoseconds(since: MonotonicClock.now) / 1_000_000
            guard left > 0 else { throw SystemError("wait", code: ETIMEDOUT) }
            if poll(&entry, 1, Int32(clamping: left)) > 0 { return }
        }
    }
}
