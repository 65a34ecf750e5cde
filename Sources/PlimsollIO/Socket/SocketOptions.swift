import Glibc
import PlimsollCore

/// The options of sockets that plimsoll sets, one function each.
public enum SocketOptions {
    /// When a connection without traffic is asked whether its peer still lives.
    public struct KeepAlive: Sendable, Equatable {
        /// Silence before the first probe, in seconds; at least 1.
        public var idleSeconds: Int32
        /// Seconds between probes; at least 1.
        public var intervalSeconds: Int32
        /// Probes without an answer until the connection counts as dead; at least 1.
        public var probes: Int32

        public init(idleSeconds: Int32 = 60, intervalSeconds: Int32 = 15, probes: Int32 = 4) {
            self.idleSeconds = idleSeconds
            self.intervalSeconds = intervalSeconds
            self.probes = probes
        }
    }

    /// Sets an option that is a number.
    public static func set(
        _ descriptor: Int32, level: Int32, option: Int32, to value: Int32
    ) throws(SystemError) {
        var value = value
        try SystemCall.check("setsockopt") {
            setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Reads an option that is a number.
    public static func value(
        _ descriptor: Int32, level: Int32, option: Int32
    ) throws(SystemError) -> Int32 {
        var value: Int32 = 0
        var count = socklen_t(MemoryLayout<Int32>.size)
        try SystemCall.check("getsockopt") {
            getsockopt(descriptor, level, option, &value, &count)
        }
        return value
    }

    /// Sends small segments at once.
    public static func setNoDelay(_ descriptor: Int32) throws(SystemError) {
        try set(descriptor, level: Int32(IPPROTO_TCP), option: TCP_NODELAY, to: 1)
    }

    /// Lets the kernel notice peers that vanished without a word.
    public static func setKeepAlive(
        _ descriptor: Int32, _ keepAlive: KeepAlive
    ) throws(SystemError) {
        let tcp = Int32(IPPROTO_TCP)
        try set(descriptor, level: SOL_SOCKET, option: SO_KEEPALIVE, to: 1)
        try set(descriptor, level: tcp, option: TCP_KEEPIDLE, to: keepAlive.idleSeconds)
        try set(descriptor, level: tcp, option: TCP_KEEPINTVL, to: keepAlive.intervalSeconds)
        try set(descriptor, level: tcp, option: TCP_KEEPCNT, to: keepAlive.probes)
    }

    /// What a failed connection left behind, and clears it; 0 when nothing.
    public static func takeError(_ descriptor: Int32) throws(SystemError) -> Int32 {
        try value(descriptor, level: SOL_SOCKET, option: SO_ERROR)
    }

    /// A stream socket to connect: non-blocking, close-on-exec, TCP without Nagle's delay.
    public static func makeClient(for address: SystemAddress) throws(SystemError) -> FileDescriptor
    {
        let client = try makeStream(domain: address.domain)
        if address.family != .local {
            try setNoDelay(client.rawValue)
        }
        return client
    }

    static func makeStream(domain: Int32) throws(SystemError) -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return FileDescriptor(owning: try SystemCall.check("socket") { socket(domain, type, 0) })
    }
}
