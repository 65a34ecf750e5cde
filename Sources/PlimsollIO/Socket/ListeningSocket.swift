import CLinux
import Glibc
import PlimsollCore

/// A socket that connections arrive at. Every loop has its own for each TCP listener, bound to the
/// same address with SO_REUSEPORT, so that the kernel spreads connections and loops share nothing;
/// local and inherited ones exist once and are shared by ``duplicate()``.
public struct ListeningSocket: ~Copyable, Sendable {
    /// How to listen.
    public struct Options: Sendable, Equatable {
        /// Connections that the kernel completes ahead of us, at least 1; it cuts the number at
        /// `net.core.somaxconn`.
        public var backlog: Int32
        /// An IPv6 socket leaves IPv4 to others. Without it `[::]` takes both.
        public var isVersion6Only: Bool
        /// Who may connect to a local socket: the mode bits of its file.
        public var fileMode: UInt32
        /// How long a killed process's local socket may outlive it.
        public var leftoverNanoseconds: Int64

        public init(
            backlog: Int32 = 4096, isVersion6Only: Bool = false, fileMode: UInt32 = 0o660,
            leftoverNanoseconds: Int64 = 100_000_000
        ) {
            precondition(backlog >= 1, "a backlog is at least 1")
            self.backlog = backlog
            self.isVersion6Only = isVersion6Only
            self.fileMode = fileMode
            self.leftoverNanoseconds = leftoverNanoseconds
        }
    }

    private let socket: FileDescriptor

    /// The descriptor's number, for as long as this value lives.
    public var descriptor: Int32 { socket.rawValue }

    /// Opens a socket and listens: non-blocking, close-on-exec.
    ///
    /// A local socket whose file is there but which nobody listens to is replaced: it was left
    /// behind by a process that died.
    /// - Throws: the call that failed: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, …
    public init(at address: SystemAddress, _ options: Options) throws(SystemError) {
        let socket = try SocketOptions.makeStream(domain: address.domain)
        let number = socket.rawValue
        if address.family == .local {
            try ListeningSocket.removeLeftover(at: address, options)
        } else {
            try SocketOptions.set(number, level: SOL_SOCKET, option: SO_REUSEADDR, to: 1)
            try SocketOptions.set(number, level: SOL_SOCKET, option: SO_REUSEPORT, to: 1)
            // Inherited by accepted connections, which saves a system call for each.
            try SocketOptions.setNoDelay(number)
        }
        if address.family == .internet6 {
            try SocketOptions.set(
                number, level: Int32(IPPROTO_IPV6), option: IPV6_V6ONLY,
                to: options.isVersion6Only ? 1 : 0)
        }
        try SystemCall.check("bind") { address.withSocketAddress { bind(number, $0, $1) } }
        if let path = address.path, !path.hasPrefix("@") {
            try SystemCall.check("chmod") { chmod(path, options.fileMode) }
        }
        try SystemCall.check("listen") { listen(number, options.backlog) }
        self.socket = socket
    }

    /// Takes over a descriptor that another process, systemd say, already listens with.
    /// - Throws: `EINVAL` when it is not a listening stream socket.
    public init(inheriting descriptor: consuming FileDescriptor) throws(SystemError) {
        let number = descriptor.rawValue
        let accepts = try SocketOptions.value(number, level: SOL_SOCKET, option: SO_ACCEPTCONN)
        guard accepts == 1 else { throw SystemError("listen", code: EINVAL) }
        try descriptor.makeNonBlocking()
        socket = descriptor
    }

    private init(_ socket: consuming FileDescriptor) {
        self.socket = socket
    }

    /// The address it is bound to, which tells the port when 0 was asked for.
    public func localAddress() throws(SystemError) -> SystemAddress {
        try SystemAddress(localOf: descriptor)
    }

    /// Another descriptor for the same queue of connections.
    public func duplicate() throws(SystemError) -> ListeningSocket {
        ListeningSocket(try socket.duplicate())
    }

    /// Hands the descriptor to the caller, who closes it from now on.
    public consuming func release() -> Int32 {
        socket.release()
    }

    /// Gives a socket that listens already another backlog; queued connections stay.
    public static func setBacklog(_ descriptor: Int32, _ backlog: Int32) throws(SystemError) {
        try SystemCall.check("listen") { listen(descriptor, backlog) }
    }

    /// Lets handshakes that have begun end, and ignores new ones: after a moment nothing can be
    /// lost by accepting what is queued and closing the socket, where closing at once would reset
    /// whoever was between two packets of a handshake. Clients whose first packet was ignored
    /// send it again after a second, to whoever listens then. Does nothing to a local socket,
    /// whose connections are complete at once.
    public static func refuseHandshakes(_ descriptor: Int32) throws(SystemError) {
        var kind: Int32 = 0
        kind = try SocketOptions.value(descriptor, level: SOL_SOCKET, option: SO_DOMAIN)
        guard kind != AF_UNIX else { return }
        try SystemCall.check("setsockopt") { clinux_refuse_handshakes(descriptor) }
    }

    // Only ECONNREFUSED proves that nobody listens. A living server's file must stay, and `bind`
    // then reports EADDRINUSE. A process killed with its ring open keeps its sockets for some
    // milliseconds more: they still take connections, and end them when they go.
    private static func removeLeftover(
        at address: SystemAddress, _ options: Options
    ) throws(SystemError) {
        guard let path = address.path, !path.hasPrefix("@") else { return }
        let deadline = MonotonicClock.now.advanced(byNanoseconds: options.leftoverNanoseconds)
        repeat {
            let probe = try SocketOptions.makeStream(domain: AF_UNIX)
            let number = probe.rawValue
            if address.withSocketAddress({ connect(number, $0, $1) }) != 0 {
                guard SystemCall.lastError == ECONNREFUSED else { return }
                try SystemCall.check("unlink") { unlink(path) }
                return
            }
            try DescriptorWait.untilReadable([number], deadline: deadline)
        } while MonotonicClock.now < deadline
    }
}
