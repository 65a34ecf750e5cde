import PlimsollConfig
import PlimsollCore
import PlimsollIO

/// How far the end has come.
enum DrainState {
    /// Nobody has asked for it.
    case none
    /// Listeners take no newcomers; handshakes that have begun may end until `closesAt`.
    case closing(closesAt: Instant, endsAt: Instant)
    /// Loops let what is under way end, until `endsAt`.
    case draining(endsAt: Instant)
    /// Loops were told to end at once; they are given up at `givesUpAt`.
    case stopping(givesUpAt: Instant)

    /// When the control thread must act next.
    var deadline: Instant {
        switch self {
        case .none: .distantFuture
        case .closing(let closesAt, _): closesAt
        case .draining(let endsAt): endsAt
        case .stopping(let givesUpAt): givesUpAt
        }
    }

    func isOverdue(at now: Instant) -> Bool {
        if case .stopping(let givesUpAt) = self { return now >= givesUpAt }
        return false
    }
}

extension Server {
    /// The first time: lets what is under way end, within the configured time. The second: ends.
    func terminate() {
        switch drain {
        case .none: beginDrain()
        case .closing, .draining: stop()
        case .stopping: break
        }
    }

    private func beginDrain() {
        let now = MonotonicClock.now
        let timeout = state.snapshot.configuration.drain.timeout
        state.update { $0.phase = .draining }
        log.info("draining", ["timeout": "\(timeout)"])
        manager.stopping(status: "draining")
        ListenerSet.refuseNewcomers(listeners.listeners, log: log)
        if let pending = pendingAdoption {
            // A reload that was about to take force.
            pendingAdoption = nil
            Self.close(pending.sockets)
            for listener in pending.change.retired {
                listener.closeAll()
            }
        }
        drain = .closing(
            closesAt: now.advanced(byNanoseconds: Self.handshakeNanoseconds),
            endsAt: now.advanced(byNanoseconds: timeout.wholeNanoseconds))
    }

    func passDrainDeadline(_ now: Instant) {
        switch drain {
        case .closing(let closesAt, let endsAt) where now >= closesAt:
            closeListeners()
            tellAll(.drain(endsAt: max(endsAt, now)))
            // Loops keep the time themselves; this is for one that does not.
            drain = .draining(
                endsAt: max(endsAt, now).advanced(byNanoseconds: Self.patienceNanoseconds))
        case .draining(let endsAt) where now >= endsAt:
            stop()
        case .none, .closing, .draining, .stopping:
            break
        }
    }

    private func stop() {
        log.info("ending at once")
        closeListeners()
        tellAll(.stop)
        drain = .stopping(
            givesUpAt: MonotonicClock.now.advanced(byNanoseconds: Self.patienceNanoseconds))
    }

    private func closeListeners() {
        for listener in listeners.listeners {
            listener.closeAll()
        }
    }

    /// Closes descriptors that were made for loops and will not reach them: they would keep their
    /// sockets open.
    static func close(_ sockets: [[ListenerSocket]]) {
        for socket in sockets.joined() {
            _ = FileDescriptor(owning: socket.descriptor)
        }
    }

    private func tellAll(_ message: WorkerMessage) {
        for index in 0..<state.directory.count {
            state.directory.mailbox(of: WorkerIndex(rawValue: UInt16(index))).post(message)
        }
    }
}
