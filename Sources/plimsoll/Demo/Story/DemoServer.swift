import Glibc
import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollProxy
import Synchronization

/// The real server, on a thread of its own, with its admin page; and the view of it that the table
/// shows.
///
/// Who may touch what: `shared` crosses from the server's thread to the demo's, under its lock.
final class DemoServer {
    final class Shared: Sendable {
        struct Facts {
            var state: ServerState?
            var adminAddress: String?
            var exit: ServerExit?
        }

        let facts = Mutex(Facts())
    }

    private let shared = Shared()
    private let thread: LoopThread

    /// Starts the server's thread.
    init(configurationPath: String) throws(SystemError) {
        let shared = shared
        thread = try LoopThread(name: "plimsoll-server", stackBytes: 8 << 20) {
            let exit = Server.run(
                configurationPath: configurationPath, control: DemoControl(shared))
            shared.facts.withLock { $0.exit = exit }
        }
    }

    /// nil until its loops are about to start.
    var state: ServerState? { shared.facts.withLock { $0.state } }

    /// How it ended; nil while it runs.
    var exit: ServerExit? { shared.facts.withLock { $0.exit } }

    var adminAddress: String? { shared.facts.withLock { $0.adminAddress } }

    /// Whether every loop takes requests.
    var isServing: Bool { state?.snapshot.phase == .serving }

    /// Whether it was told to end, by us or by who sits at the terminal.
    var isEnding: Bool { exit != nil || state?.snapshot.phase == .draining }

    /// Waits for the thread, which has ended or is about to.
    func join() {
        thread.join()
    }

    /// As an operator would: sends the process a signal, which the server's thread reads.
    static func signal(_ number: Int32) {
        // To ourselves: nobody can refuse it.
        _ = kill(getpid(), number)
    }
}

/// The control loop of every server, and a window into this one.
private final class DemoControl: ControlService {
    private let loop = ControlLoop()
    private let shared: DemoServer.Shared

    init(_ shared: DemoServer.Shared) {
        self.shared = shared
    }

    func open(_ configuration: Configuration) throws(SystemError) {
        try loop.open(configuration)
    }

    func start(_ state: ServerState) throws(SystemError) {
        try loop.start(state)
        let address = loop.adminAddress?.description
        shared.facts.withLock {
            $0.adminAddress = address
            $0.state = state
        }
    }

    func adopt(_ state: ServerState) {
        loop.adopt(state)
    }

    func nudge() {
        loop.nudge()
    }

    func stop() {
        loop.stop()
    }
}
