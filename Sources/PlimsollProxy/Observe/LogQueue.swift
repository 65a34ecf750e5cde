import PlimsollConfig
import PlimsollCore
import PlimsollIO
import Synchronization

/// Something a data loop wants its operator to know. Plain, so that saying it allocates nothing.
public struct LoopEvent: Sendable {
    public var level: LogSettings.Level
    public var worker: WorkerIndex
    /// What happened, in words.
    public var message: StaticString
    /// What `value` is: an `errno`, a number of connections, …
    public var key: StaticString
    public var value: Int64

    public init(
        _ level: LogSettings.Level, _ message: StaticString, worker: WorkerIndex,
        key: StaticString, value: Int64
    ) {
        self.level = level
        self.worker = worker
        self.message = message
        self.key = key
        self.value = value
    }
}

/// Events of data loops on their way to the ``OperatorLog``. Bounded: when it is full, events are
/// dropped and counted, never waited for.
///
/// Any loop posts; only the control thread drains.
public final class LogQueue: Sendable {
    private struct State {
        var events: [LoopEvent] = []
        var dropped = 0
        var wake: (any LoopWake)?
    }

    private let state: Mutex<State>
    /// Most events that wait at once.
    public let capacity: Int

    /// - Parameter capacity: at least 1.
    public init(capacity: Int = 256) {
        precondition(capacity >= 1, "a log queue holds at least one event")
        self.capacity = capacity
        var state = State()
        state.events.reserveCapacity(capacity)
        self.state = Mutex(state)
    }

    /// Names the thread that drains.
    public func attach(_ wake: any LoopWake) {
        state.withLock { $0.wake = wake }
    }

    /// Appends an event, or drops it when the queue is full. Wakes the drainer for the first one.
    public func post(_ event: LoopEvent) {
        let wake: (any LoopWake)? = state.withLock { state in
            guard state.events.count < capacity else {
                state.dropped += 1
                return nil
            }
            state.events.append(event)
            return state.events.count == 1 ? state.wake : nil
        }
        wake?.wake()
    }

    /// Writes all that waits, and how much was dropped.
    public func drain(to log: OperatorLog) {
        let (events, dropped) = state.withLock { state in
            let taken = (state.events, state.dropped)
            state.events.removeAll(keepingCapacity: true)
            state.dropped = 0
            return taken
        }
        for event in events {
            log.log(
                event.level, event.message.description,
                [
                    event.key.description: "\(event.value)",
                    "loop": "\(event.worker.rawValue)",
                ])
        }
        if dropped > 0 {
            log.warning("events of loops were dropped", ["count": "\(dropped)"])
        }
    }
}
