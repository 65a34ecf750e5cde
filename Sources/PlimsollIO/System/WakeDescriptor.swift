import CLinux
import Glibc

/// Ends a wait for descriptors from any thread: readable from ``wake()`` to ``clear()``.
public final class WakeDescriptor: LoopWake {
    private let event: FileDescriptor

    public init() throws(SystemError) {
        event = FileDescriptor(owning: try SystemCall.check("eventfd") { clinux_eventfd() })
    }

    /// The descriptor to wait for; lives as long as this object.
    public var descriptor: Int32 { event.rawValue }

    public func wake() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then it is readable anyway.
        _ = write(event.rawValue, &one, 8)
    }

    /// Forgets the wakes so far.
    public func clear() {
        var count: UInt64 = 0
        // Fails only when there was no wake.
        _ = read(event.rawValue, &count, 8)
    }
}
