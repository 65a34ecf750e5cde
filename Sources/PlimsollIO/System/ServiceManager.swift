import Glibc
import PlimsollCore

/// Tells the service manager how we are (sd_notify(3), `Type=notify-reload`), without its library.
/// Silent when there is none.
public final class ServiceManager: Sendable {
    private let address: SystemAddress?
    private let socketNumber: Int32

    /// Half of the time after which the service manager takes us for dead without a
    /// ``watchdog()``; nil when it does not ask.
    public let watchdogNanoseconds: Int64?

    /// The manager named by `NOTIFY_SOCKET`.
    public static func fromEnvironment() -> ServiceManager {
        ServiceManager(
            socketPath: Environment.value("NOTIFY_SOCKET"),
            watchdogMicroseconds: Environment.value("WATCHDOG_USEC"),
            watchdogProcess: Environment.value("WATCHDOG_PID"), ownProcessIdentifier: getpid())
    }

    /// - Parameters:
    ///   - socketPath: an absolute path or `@name`; nil, and anything else, for none.
    ///   - watchdogProcess: whom the watchdog watches; nil means us.
    public init(
        socketPath: String?, watchdogMicroseconds: String? = nil, watchdogProcess: String? = nil,
        ownProcessIdentifier: Int32 = 0
    ) {
        var number: Int32 = -1
        var target: SystemAddress?
        if let socketPath, socketPath.hasPrefix("/") || socketPath.hasPrefix("@") {
            // A path that is too long cannot be told anything; the manager then times out and
            // says so, which is all that can be done here.
            target = try? SystemAddress(path: socketPath)
            number = socket(
                AF_UNIX,
                Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
                0)
        }
        address = number >= 0 ? target : nil
        socketNumber = number
        let isOurs = watchdogProcess.map { Int32($0) == ownProcessIdentifier } ?? true
        watchdogNanoseconds =
            isOurs && target != nil
            ? watchdogMicroseconds.flatMap { Int64($0) }.flatMap {
                $0 > 0 && $0 < .max / 1_000 ? $0 * 500 : nil
            } : nil
    }

    deinit {
        if socketNumber >= 0 {
            close(socketNumber)
        }
    }

    /// Serving; also the end of a reload.
    public func ready(status: String) { notify("READY=1\nSTATUS=\(status)") }

    /// A reload has begun at `now`.
    public func reloading(now: Instant) {
        notify("RELOADING=1\nMONOTONIC_USEC=\(now.nanoseconds / 1_000)")
    }

    /// Draining: no new connections.
    public func stopping(status: String) { notify("STOPPING=1\nSTATUS=\(status)") }

    /// Alive.
    public func watchdog() { notify("WATCHDOG=1") }

    /// One line for `systemctl status`.
    public func status(_ text: String) { notify("STATUS=\(text)") }

    // A datagram that cannot be delivered is not worth stopping for; the manager's own timeouts
    // decide then. A full queue (EAGAIN) only happens when the manager hangs.
    private func notify(_ message: String) {
        guard let address else { return }
        let bytes = Array(message.utf8)
        _ = address.withSocketAddress { target, count in
            sendto(socketNumber, bytes, bytes.count, Int32(MSG_NOSIGNAL), target, count)
        }
    }
}
