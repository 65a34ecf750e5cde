import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// A configuration that is ready and only waits for handshakes of listeners that it retires.
struct PendingAdoption {
    var at: Instant
    var resolved: ResolvedConfiguration
    var change: ListenerChange
    /// One list of new listeners' descriptors for each loop.
    var sockets: [[ListenerSocket]]
}

extension Server {
    /// Reads the file on a thread of its own. A request that comes while another is under way is
    /// remembered: the file may have changed since it was read.
    func beginReload() {
        guard case .none = drain else { return }
        guard !isLoading, pendingAdoption == nil else {
            isReloadWanted = true
            return
        }
        isReloadWanted = false
        isLoading = true
        log.info("loading the configuration", ["file": configurationPath])
        manager.reloading(now: MonotonicClock.now)
        do {
            let path = configurationPath
            let commands = commands
            _ = try LoopThread(name: "plimsoll-load") {
                commands.post(.loaded(LoadOutcome(path: path)))
            }
        } catch {
            refuseReload("\(error)")
        }
    }

    /// The file was read: puts it into force, or keeps what is.
    func finishLoading(_ outcome: LoadOutcome) {
        guard case .none = drain else { return }
        for warning in outcome.warnings {
            log.warning(warning)
        }
        switch outcome.result {
        case .failure(.invalid(let lines)):
            for line in lines {
                log.error(line)
            }
            refuseReload("the file has \(lines.count) problem\(lines.count == 1 ? "" : "s")")
        case .failure(let error):
            refuseReload("\(error)")
        case .success(let resolved):
            prepareAdoption(resolved)
        }
    }

    private func prepareAdoption(_ resolved: ResolvedConfiguration) {
        if let refusal = registry.refusal(of: resolved)
            ?? memoryRefusal(of: resolved.configuration)
        {
            return refuseReload(refusal)
        }
        let settings = resolved.configuration.listeners
        var sockets: [[ListenerSocket]] = []
        do {
            let change = try listeners.prepare(settings)
            for loop in 0..<state.directory.count {
                sockets.append(try self.sockets(change, forLoop: loop))
            }
            listeners.commit(change, settings: settings, log: log)
            let now = MonotonicClock.now
            let wait = change.retired.isEmpty ? 0 : Self.handshakeNanoseconds
            pendingAdoption = PendingAdoption(
                at: now.advanced(byNanoseconds: wait), resolved: resolved, change: change,
                sockets: sockets)
        } catch {
            Self.close(sockets)
            refuseReload("\(error)")
        }
    }

    /// Every loop goes on with the new configuration.
    func adopt(_ pending: PendingAdoption, now: Instant) {
        let configuration = pending.resolved.configuration
        let before = state.snapshot
        for listener in pending.change.retired {
            listener.closeAll()
        }
        let (upstreams, news) = registry.adopt(pending.resolved, now: now)
        let plan = makePlan(
            configuration, upstreams: upstreams, places: pending.change.places,
            generation: before.plan.generation + 1)
        let adoption = Adoption(
            generation: plan.generation, loops: pending.sockets.count, commands: commands)
        for (index, sockets) in pending.sockets.enumerated() {
            state.directory.mailbox(of: WorkerIndex(rawValue: UInt16(index)))
                .post(.adopt(plan, listeners: sockets, adoption))
        }
        for news in news {
            state.directory.tell([news.ended], of: news.upstream)
        }
        state.update {
            $0.configuration = configuration
            $0.plan = plan
        }
        log.level = configuration.log.level
        warnOfRestarts(before.configuration, configuration)
        control?.adopt(state)
    }

    /// Every loop goes on by it.
    func adopted(_ generation: UInt64) {
        state.update {
            $0.reloads.succeeded += 1
            $0.reloads.isLastGood = true
        }
        log.info("the configuration is in force", ["generation": "\(generation)"])
        // A drain that has begun meanwhile has told the service manager so.
        guard case .none = drain else { return }
        endReload(status: "serving")
    }

    private func refuseReload(_ reason: String) {
        state.update {
            $0.reloads.failed += 1
            $0.reloads.isLastGood = false
        }
        log.error(
            "the configuration was refused; the old one stays in force", ["reason": reason])
        endReload(status: "serving; the last reload was refused")
    }

    private func endReload(status: String) {
        isLoading = false
        manager.ready(status: status)
        if isReloadWanted {
            beginReload()
        }
    }

    private func warnOfRestarts(_ before: Configuration, _ after: Configuration) {
        let keys: [(String, Bool)] = [
            ("server.loops", before.server.loops != after.server.loops),
            ("server.driver", before.server.driver != after.server.driver),
            ("server.user", before.server.user != after.server.user),
            ("server.pin", before.server.isPinned != after.server.isPinned),
            ("server.buffer_memory", before.server.bufferMemory != after.server.bufferMemory),
            ("server.explain", before.server.explain != after.server.explain),
            ("log.access", before.log.access != after.log.access),
            ("admin.listen", before.admin.listen != after.admin.listen),
        ]
        for (key, isChanged) in keys where isChanged {
            log.warning("a changed setting needs a restart", ["key": key])
        }
    }
}

extension LoadOutcome {
    /// Reads the file. Waits for the disk and for name servers.
    init(path: String) {
        do {
            let (resolved, warnings) = try ResolvedConfiguration.load(path: path)
            self.init(result: .success(resolved), warnings: warnings)
        } catch {
            self.init(result: .failure(error), warnings: [])
        }
    }
}
