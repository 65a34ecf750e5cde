import Synchronization

/// Messages to one loop from any thread. Posting wakes the loop once a batch, not once a message.
///
/// Who may touch what: anyone posts; only the receiving loop drains. What bounds the number of
/// messages is their users' own bounds (a grant answers a ticket that waits, a plan a reload).
public final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var wake: (any LoopWake)?
        var isWakeOwed = false
    }

    private let state = Mutex(State())
    /// Written under the lock; read without it, so that a turn without mail costs one load.
    private let hasMail = Atomic<Bool>(false)

    public init() {}

    /// Names the loop to wake. Mail that came before wakes it at once.
    public func attach(_ wake: any LoopWake) {
        let isWaiting = state.withLock { state in
            state.wake = wake
            return state.isWakeOwed
        }
        if isWaiting {
            wake.wake()
        }
    }

    /// Whether messages wait. One load: asked every turn.
    public var hasMessages: Bool { hasMail.load(ordering: .acquiring) }

    /// Appends a message and wakes the loop if this is the first since it last drained.
    public func post(_ message: sending Message) {
        let wake: (any LoopWake)? = state.withLock { state in
            state.messages.append(message)
            hasMail.store(true, ordering: .releasing)
            guard !state.isWakeOwed else { return nil }
            state.isWakeOwed = true
            return state.wake
        }
        wake?.wake()
    }

    /// Wakes the loop without a message: it turns once.
    public func nudge() {
        let wake = state.withLock { $0.wake }
        wake?.wake()
    }

    /// Moves every message into `messages`, oldest first, replacing what it held. The two lists
    /// trade their storage, so that a steady exchange of messages allocates nothing.
    public func drain(into messages: inout [Message]) {
        messages.removeAll(keepingCapacity: true)
        guard hasMessages else { return }
        state.withLock { state in
            swap(&state.messages, &messages)
            state.isWakeOwed = false
            hasMail.store(false, ordering: .relaxed)
        }
    }
}
