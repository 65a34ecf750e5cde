/// A timer in a ``TimerWheel``. Worthless once the timer was cancelled or has expired: its number
/// is then given to another.
@frozen
public struct TimerID: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let node: UInt32

    @inlinable
    init(node: UInt32) {
        self.node = node
    }

    /// No timer. Cancelling it does nothing.
    @inlinable public static var none: TimerID { TimerID(node: .max) }
}
