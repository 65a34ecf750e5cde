import Glibc
import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import PlimsollProxy

/// The story: who does what when, on the demo's first thread.
struct Demo: ~Copyable {
    /// How the demo ended early.
    enum Ending: Error, Equatable {
        /// Somebody pressed Ctrl-C, or the service manager lost patience.
        case interrupted
        case serverEnded
    }

    static let startNanosecondsMaximum: Int64 = 10_000_000_000
    static let endNanosecondsMaximum: Int64 = 8_000_000_000
    /// After a reload, before the next act: what the reload shook has settled.
    static let settleNanoseconds: Int64 = 1_000_000_000

    private let stage: Stage
    private let server: DemoServer
    private let file: MemoryFile
    private let configuration: DemoConfiguration
    private var screen = Screen()
    private var isProtected = false
    private var facts = StoryFacts()

    init() throws(SystemError) {
        // First of all: threads inherit that the server alone hears signals.
        try SignalReader.blockSignals()
        let stage = try Stage(DriverChoice.probe(.auto), seed: 1, now: MonotonicClock.now)
        let configuration = DemoConfiguration(
            frontPort: try Stage.freePort(), ports: stage.ports)
        let file = try MemoryFile(name: "plimsoll-demo.toml")
        try file.replace(with: configuration.text(isProtected: false))
        let server = try DemoServer(configurationPath: file.path)
        self.stage = stage
        self.configuration = configuration
        self.file = file
        self.server = server
    }

    /// Tells the story from its beginning to its end, in less than a minute.
    mutating func run() -> ExitCode {
        var code: ExitCode
        do throws(Ending) {
            try waitForServer()
            for scene in Scene.allCases {
                try play(scene)
            }
            code = conclude()
        } catch {
            code = error == .interrupted ? .interrupted : .unavailable
            screen.tell(
                [error == .interrupted ? "interrupted; ending" : "the proxy ended by itself"])
        }
        if !end(), code == .success {
            code = .softwareFailure
        }
        return code
    }

    // MARK: Start and end

    private mutating func waitForServer() throws(Ending) {
        let deadline = stage.now.advanced(byNanoseconds: Self.startNanosecondsMaximum)
        while !server.isServing {
            guard server.exit == nil, stage.now < deadline else { throw .serverEnded }
            stage.turn(until: stage.now.advanced(byNanoseconds: 10_000_000))
        }
        guard let state = server.state else { throw .serverEnded }
        let front = configuration.front
        stage.openDoors(SystemAddress(front))
        screen.tell([
            "plimsoll demo: a proxy on \(state.driver.kind.rawValue), three services and their "
                + "clients, on loopback",
            "  front   http://\(front)/payments/",
            "  admin   http://\(server.adminAddress ?? "off")/status",
        ])
    }

    /// Ends the server as SIGTERM would, and waits for it while the services still answer.
    /// - Returns: whether it ended well.
    private mutating func end() -> Bool {
        stage.closeDoors()
        if !server.isEnding {
            DemoServer.signal(SIGTERM)
        }
        let deadline = stage.now.advanced(byNanoseconds: Self.endNanosecondsMaximum)
        while server.exit == nil, stage.now < deadline {
            stage.turn(until: stage.now.advanced(byNanoseconds: 10_000_000))
        }
        guard let exit = server.exit else { return false }
        server.join()
        return exit == .stopped
    }

    // MARK: Scenes

    private mutating func play(_ scene: Scene) throws(Ending) {
        screen.tell(heading: scene.title, scene.words)
        let number = stage.journal.beginScene()
        let start = stage.now
        switch scene {
        case .calm:
            // The first second is for connections to be made and memory to be touched.
            try turns(from: start, until: start.advanced(byNanoseconds: 1_000_000_000)) { false }
            facts.calm = stage.journal.beginScene()
            try turns(from: start, until: start.advanced(byNanoseconds: scene.nanoseconds)) {
                false
            }
        case .unprotected:
            facts.unprotected = number
            stage.stall(true)
            try turns(from: start, until: start.advanced(byNanoseconds: scene.nanoseconds)) {
                false
            }
        case .intermission:
            stage.stall(false)
            try intermission(from: start, nanoseconds: scene.nanoseconds)
        case .protected:
            facts.protected = number
            stage.forgetMaximum(.recommendations)
            stage.stall(true)
            try turns(from: start, until: start.advanced(byNanoseconds: scene.nanoseconds)) {
                false
            }
        case .recovery:
            stage.stall(false)
            try recover(from: start, nanoseconds: scene.nanoseconds)
        }
    }

    private mutating func intermission(from start: Instant, nanoseconds: Int64) throws(Ending) {
        let deadline = start.advanced(byNanoseconds: nanoseconds)
        let stage = stage
        let server = server
        try turns(from: start, until: deadline) {
            (server.state?.snapshot.plan.listeners.first?.shared.connectionCount ?? 0)
                < DemoConfiguration.connectionsMaximum / 4
        }
        do {
            try file.replace(with: configuration.text(isProtected: true))
        } catch {
            throw .serverEnded
        }
        DemoServer.signal(SIGHUP)
        try turns(from: start, until: deadline.advanced(byNanoseconds: 2_000_000_000)) {
            (server.state?.snapshot.reloads.succeeded ?? 0) > 0
        }
        isProtected = true
        try turns(
            from: start, until: stage.now.advanced(byNanoseconds: Self.settleNanoseconds)
        ) { false }
    }

    private mutating func recover(from start: Instant, nanoseconds: Int64) throws(Ending) {
        let end = start.advanced(byNanoseconds: nanoseconds)
        let stage = stage
        let server = server
        stage.journal.followRecovery()
        let isClosed = {
            guard let state = server.state else { return false }
            let view = ProxyView(state, isProtected: true, at: stage.now)
            return view.upstreams[DemoService.recommendations.rawValue].breaker?.state == .closed
        }
        try turns(from: start, until: end, isDone: isClosed)
        facts.closedAfter = isClosed() ? stage.now.nanoseconds(since: start) : nil
        try turns(from: start, until: end) { false }
        facts.recovery = RecoveryTime.measure(stage.journal.recovery, from: start, to: end)
        facts.insideMaximum = stage.pools[DemoService.recommendations.rawValue].insideMaximum
    }

    /// Lets the play go on and draws the table, until a time or a condition.
    private mutating func turns(
        from start: Instant, until deadline: Instant, isDone: () -> Bool
    ) throws(Ending) {
        var drawAt = stage.now.advanced(byNanoseconds: screen.periodNanoseconds)
        while stage.now < deadline, !isDone() {
            // A twentieth of a second: conditions are looked at as often.
            let next = stage.now.advanced(byNanoseconds: 50_000_000)
            stage.turn(until: min(next, min(deadline, drawAt)))
            if server.exit != nil { throw .serverEnded }
            if server.isEnding { throw .interrupted }
            if stage.now >= drawAt {
                drawAt = stage.now.advanced(byNanoseconds: screen.periodNanoseconds)
                draw(since: start)
            }
        }
    }

    private mutating func draw(since start: Instant) {
        guard let state = server.state else { return }
        let now = stage.now
        let view = ProxyView(state, isProtected: isProtected, at: now)
        let rows = DemoService.allCases.map { service in
            LiveTable.Row(
                service: service, traffic: stage.journal.lastSecond(service, at: now),
                upstream: view.upstreams[service.rawValue], condition: stage.condition(of: service))
        }
        screen.draw(
            LiveTable(
                rows: rows, connections: view.connections,
                elapsedNanoseconds: now.nanoseconds(since: start)))
    }

    // MARK: The end of the story

    private mutating func conclude() -> ExitCode {
        let report = Report(journal: stage.journal, facts: facts)
        screen.tell(heading: "What was measured", report.lines)
        return report.verdict.holds ? .success : .softwareFailure
    }
}
