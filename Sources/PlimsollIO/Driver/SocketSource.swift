import PlimsollCore

/// What kind of address a socket will speak to.
@frozen
public enum SocketFamily: UInt8, Sendable, CaseIterable {
    /// TCP over IPv4.
    case internet4
    /// TCP over IPv6.
    case internet6
    /// A stream socket of the local machine, named by a path.
    case local
}

/// Where a loop gets its sockets from and asks about them: the calls that answer at once and so
/// need no place in a driver's turn. The kernel's is ``KernelSockets``; a simulation supplies its
/// own, so that a worker runs there unchanged.
///
/// A socket that was made and is no longer wanted is closed by an ``Operation/close(_:)``, like
/// every other.
public protocol SocketSource: AnyObject {
    /// A stream socket to connect: non-blocking, close-on-exec, and for TCP without Nagle's delay.
    /// - Returns: its descriptor; below zero a negated `errno` (`EMFILE`, `ENFILE`, `ENOMEM`, …).
    func makeSocket(_ family: SocketFamily) -> Int32

    /// Sends small segments of an accepted TCP connection at once. Ignored where it means nothing.
    func setNoDelay(_ descriptor: Int32)

    /// Who is at the other end of an accepted connection; unspecified for a local socket.
    func peerAddress(of descriptor: Int32) -> SocketAddress

    /// Takes one connection that the kernel has completed, without waiting.
    /// - Returns: its descriptor, non-blocking; below zero a negated `errno` (`EAGAIN`: none).
    func acceptNow(_ listener: Int32) -> Int32

    /// Closes a listening socket on which nothing is outstanding, at once.
    func closeNow(_ listener: Int32)

    /// Holds back descriptors again that ``makeSocket(_:)`` had to give up, as far as some are
    /// free. Called before accepting goes on after a pause.
    /// - Parameter open: sockets made here that are open; they need no descriptor any more.
    func refillReserve(besides open: Int)
}

extension SocketSource {
    public func refillReserve(besides open: Int) {}
}
