import PlimsollCore
import PlimsollIO

/// Runs several loops and a network in one thread, in an order that the seed decides.
///
/// A loop is whatever calls its driver's turn once per call of `turn`; its driver must have been
/// made with ``SimulatedDriver/Waiting/never``. A loop runs when its driver has news, when it was
/// woken, when its deadline passed, and again after every turn in which it did something. When no
/// loop can run, time passes to the next event.
public final class SimulatedWorld {
    private struct Loop {
        var driver: SimulatedDriver
        var hasEnded: () -> Bool
        var turn: () -> Void
    }

    public let network: SimulatedNetwork
    /// Called after every turn of a loop: the place for the house laws.
    public var afterTurn: () -> Void = {}
    /// Loop turns so far.
    public private(set) var turnCount = 0
    private var loops: [Loop] = []

    public init(network: SimulatedNetwork) {
        self.network = network
    }

    /// - Parameters:
    ///   - hasEnded: whether the loop takes no more turns.
    ///   - turn: one turn of a worker, which calls `driver` exactly once.
    public func addLoop(
        _ driver: SimulatedDriver, hasEnded: @escaping () -> Bool = { false },
        turn: @escaping () -> Void
    ) {
        require(driver.waiting == .never, "a driver that waits would stop the world")
        loops.append(Loop(driver: driver, hasEnded: hasEnded, turn: turn))
    }

    /// Runs one loop, or lets time pass to the next event.
    /// - Returns: false when nothing can happen any more.
    public func step() -> Bool {
        loops.removeAll { $0.hasEnded() }
        let runnable = loops.indices.filter { isRunnable(loops[$0]) }
        if !runnable.isEmpty {
            let loop = loops[network.chance.pick(runnable)]
            loop.turn()
            turnCount += 1
            afterTurn()
            return true
        }
        let deadline = loops.map(\.driver.deadline).min() ?? .distantFuture
        if let next = network.nextEventTime, next <= deadline {
            network.runNextEvent()
        } else if deadline != .distantFuture {
            network.advance(to: deadline)
        } else {
            return false
        }
        return true
    }

    /// Steps until the condition holds.
    /// - Returns: whether it did, within the virtual time and the number of steps.
    public func run(
        atMost time: Duration, steps: Int = 2_000_000, until condition: () -> Bool
    ) -> Bool {
        let end = network.now.advanced(byNanoseconds: time.wholeNanoseconds)
        for number in 0..<steps {
            // A condition may look at every client: it is not asked after each step.
            if number % 32 == 0, condition() { return true }
            guard network.now < end, step() else { return condition() }
        }
        return condition()
    }

    private func isRunnable(_ loop: Loop) -> Bool {
        !loop.driver.isIdle || loop.driver.hasNews || loop.driver.deadline <= network.now
    }
}
