import PlimsollConfig
import PlimsollCore
import PlimsollIO

extension Server {
    /// Hears signals, commands and events until every loop has ended.
    func supervise() -> ServerExit {
        if let interval = manager.watchdogNanoseconds {
            nextWatchdogAt = MonotonicClock.now.advanced(byNanoseconds: interval)
        }
        while runningWorkers > 0 {
            let now = MonotonicClock.now
            do throws(SystemError) {
                try DescriptorWait.untilReadable(
                    [signals.descriptor, wake.descriptor], deadline: nextDeadline)
                wake.clear()
                while let signal = try signals.next() {
                    heard(signal)
                }
            } catch {
                // Without ears a daemon cannot be told to end: better to end now.
                log.error("the control thread cannot wait", ["reason": "\(error)"])
                return .failed
            }
            readCommands()
            events.drain(to: log)
            passDeadlines(max(now, MonotonicClock.now))
            if drain.isOverdue(at: MonotonicClock.now) {
                log.error("loops did not end in time", ["loops": "\(runningWorkers)"])
                return .failed
            }
        }
        for thread in threads {
            thread.join()
        }
        events.drain(to: log)
        control?.stop()
        state.accessLog?.finish(until: MonotonicClock.now.advanced(byNanoseconds: 1_000_000_000))
        log.info("stopped")
        return exit
    }

    private var nextDeadline: Instant {
        min(nextWatchdogAt, pendingAdoption?.at ?? .distantFuture, drain.deadline)
    }

    private func heard(_ signal: Signal) {
        switch signal {
        case .reload: beginReload()
        case .terminate: terminate()
        case .reopenLogs: reopenLogs()
        case .upgrade: log.warning("SIGUSR2 is not supported: a new binary needs a restart")
        }
    }

    private func readCommands() {
        var messages: [ServerCommand] = []
        commands.drain(into: &messages)
        for message in messages {
            switch message {
            case .reload: beginReload()
            case .terminate: terminate()
            case .reopenLogs: reopenLogs()
            case .workerStarted: workerStarted()
            case .workerEnded(let index, let failure): workerEnded(index, failure)
            case .adopted(let generation): adopted(generation)
            case .loaded(let outcome): finishLoading(outcome)
            }
        }
    }

    private func passDeadlines(_ now: Instant) {
        if now >= nextWatchdogAt, let interval = manager.watchdogNanoseconds {
            feedWatchdog(now)
            nextWatchdogAt = now.advanced(byNanoseconds: interval)
        }
        if let pending = pendingAdoption, now >= pending.at {
            pendingAdoption = nil
            adopt(pending, now: now)
        }
        passDrainDeadline(now)
    }

    private func reopenLogs() {
        log.info("opening log files again")
        state.accessLog?.reopen()
    }

    private func workerStarted() {
        startedWorkers += 1
        guard startedWorkers == threads.count, case .none = drain else { return }
        state.update { $0.phase = .serving }
        log.info("serving", ["loops": "\(startedWorkers)"])
        manager.ready(status: "serving")
        ResidentMemory.releaseStart()
    }

    private func workerEnded(_ index: WorkerIndex, _ failure: String?) {
        runningWorkers -= 1
        guard case .none = drain else { return }
        // Nobody asked it to: the other loops could serve on, but what this one had is lost and
        // its share of connections would go unanswered.
        log.error(
            "a loop broke down",
            ["loop": "\(index.rawValue)", "reason": failure ?? "it ended by itself"])
        exit = startedWorkers == threads.count ? .failed : .unavailable
        terminate()
    }

    /// The sign of life is given only while every loop turns. Loops are woken to prove it.
    private func feedWatchdog(_ now: Instant) {
        let lastTurns = state.metrics.map(\.lastTurnAt) + [state.controlTurnAt]
        if liveness.check(lastTurns: lastTurns, now: now) {
            manager.watchdog()
        } else {
            log.error("a loop does not turn; the watchdog is left without a sign of life")
        }
        for index in 0..<state.directory.count {
            state.directory.mailbox(of: WorkerIndex(rawValue: UInt16(index))).nudge()
        }
        control?.nudge()
    }
}
