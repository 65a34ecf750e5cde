import CLinux
import Glibc

/// What an operator says with a signal.
public enum Signal: CaseIterable, Sendable {
    /// SIGHUP: load the configuration again.
    case reload
    /// SIGTERM or SIGINT: end; a second one at once.
    case terminate
    /// SIGUSR1: open the log files again.
    case reopenLogs
    /// SIGUSR2: hand over to a new binary.
    case upgrade

    static let numbers: [Int32] = [SIGHUP, SIGTERM, SIGINT, SIGUSR1, SIGUSR2]

    init?(number: Int32) {
        switch number {
        case SIGHUP: self = .reload
        case SIGTERM, SIGINT: self = .terminate
        case SIGUSR1: self = .reopenLogs
        case SIGUSR2: self = .upgrade
        default: return nil
        }
    }
}

/// Signals as input to read, instead of calls out of the blue.
///
/// Made on the first thread before there are others: these inherit that the signals are blocked,
/// so that none of them is ever interrupted or killed by one.
public struct SignalReader: ~Copyable {
    private let source: FileDescriptor

    /// Blocks the signals on this thread and the ones it starts, and ignores SIGPIPE: a peer that
    /// has gone is an error of the send, not the end of the process.
    public init() throws(SystemError) {
        try Self.blockSignals()
        signal(SIGPIPE, SIG_IGN)
        source = FileDescriptor(
            owning: try SystemCall.check("signalfd") {
                clinux_signalfd(Signal.numbers, Signal.numbers.count)
            })
    }

    /// Keeps the signals from interrupting this thread and the ones it starts. For the first thread
    /// of a process that reads its signals on another one.
    public static func blockSignals() throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in Signal.numbers {
            sigaddset(&set, number)
        }
        try SystemCall.checkNumber("pthread_sigmask") { pthread_sigmask(SIG_BLOCK, &set, nil) }
    }

    /// Readable while a signal is pending; lives as long as this value.
    public var descriptor: Int32 { source.rawValue }

    /// The next pending signal; nil when there is none.
    public func next() throws(SystemError) -> Signal? {
        let number = source.rawValue
        return Signal(
            number: try SystemCall.check("read") { clinux_signalfd_read(number) })
    }
}
