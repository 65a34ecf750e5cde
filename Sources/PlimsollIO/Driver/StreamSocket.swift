import CLinux
import Glibc

/// The socket calls that both kernel drivers make themselves. Results are counts or descriptors;
/// below zero a negated `errno`.
enum StreamSocket {
    /// Starts connecting; `-EINPROGRESS` when that takes time.
    static func connect(
        _ descriptor: Int32, to address: UnsafeRawPointer, count: UInt32
    ) -> Int32 {
        let answer = Glibc.connect(
            descriptor, address.assumingMemoryBound(to: sockaddr.self), socklen_t(count))
        return answer == 0 ? 0 : -errno
    }

    /// How a connect ended: 0 or a negated `errno`.
    static func connectOutcome(_ descriptor: Int32) -> Int32 {
        var outcome: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let answer = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &outcome, &size)
        return answer == 0 ? -outcome : -errno
    }

    /// Whether there is nothing to receive now, neither bytes nor the end of the stream.
    static func isEmpty(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) < 0
            && errno == EAGAIN
    }

    static func receive(_ descriptor: Int32, into bytes: UnsafeMutableRawPointer, count: Int)
        -> Int32
    {
        let answer = recv(descriptor, bytes, count, Int32(MSG_DONTWAIT))
        return answer >= 0 ? Int32(truncatingIfNeeded: answer) : -errno
    }

    /// Sends one or two slices; they are gathered by one call, so that a head and its body leave
    /// in one segment.
    static func send(_ descriptor: Int32, _ slices: SendSlices) -> Int32 {
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        let answer: Int
        if slices.secondCount == 0 {
            answer = Glibc.send(descriptor, slices.first, Int(slices.firstCount), flags)
        } else {
            answer = withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { vectors in
                vectors.initialize(repeating: iovec())
                var message = msghdr()
                slices.fill(&message, vectors: vectors.baseAddress!)
                return sendmsg(descriptor, &message, flags)
            }
        }
        return answer >= 0 ? Int32(truncatingIfNeeded: answer) : -errno
    }

    /// Takes the next connection off a listener: non-blocking and close-on-exec.
    static func accept(_ listener: Int32) -> Int32 {
        let descriptor = clinux_accept(listener)
        return descriptor >= 0 ? descriptor : -errno
    }

    /// Whether a failed accept says nothing about the listener, only about one visitor who is
    /// gone again, so that accepting simply goes on. Linux passes network errors on as well,
    /// see accept(2).
    static func isVisitorsOwn(_ number: Int32) -> Bool {
        switch number {
        case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
            ENETUNREACH:
            return true
        default:
            return false
        }
    }

    /// Makes the coming close a reset that drops what was not yet sent.
    static func dropOnClose(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }
}

/// What a send still has to name when it is tried again.
struct SendSlices: BitwiseCopyable {
    var first: UnsafeRawPointer?
    var second: UnsafeRawPointer?
    var firstCount: UInt32
    var secondCount: UInt32

    init(_ operation: Operation) {
        first = operation.first
        second = operation.second
        firstCount = operation.firstCount
        secondCount = operation.secondCount
    }

    init() {
        firstCount = 0
        secondCount = 0
    }

    /// Fills a message for sendmsg(2). `vectors` has room for two and outlives the call.
    func fill(_ message: inout msghdr, vectors: UnsafeMutablePointer<iovec>) {
        vectors[0] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: first), iov_len: Int(firstCount))
        vectors[1] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: second), iov_len: Int(secondCount))
        message.msg_iov = vectors
        message.msg_iovlen = 2
    }
}
