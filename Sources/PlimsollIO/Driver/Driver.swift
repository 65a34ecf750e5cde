import PlimsollCore

/// The kernel's side of a loop, completion-shaped: io_uring maps one to one, epoll tries and
/// parks, the simulated one plays the network. A loop and its driver live on one thread.
///
/// The contract, which one suite holds every driver to:
/// - A token completes exactly once (`accept`: once with `hasMore == false`, at its end).
/// - Completions come only out of ``turn(performing:until:completions:)``.
/// - Memory named by an operation belongs to the driver until its completion.
/// - Cancelled operations complete, too.
/// - Partial sends are reported, not hidden.
/// - After a `receive` completed, nothing of its descriptor is delivered until the next `receive`.
///
/// Operations and completions cross in plain lists, so a turn costs one dynamic call however
/// many of them there are, and the worker need not be generic over its driver
/// (docs/decisions/0001).
public protocol Driver: AnyObject {
    /// `io_uring`, `epoll` or `simulated`, as metrics and the status page name it.
    var name: String { get }

    /// Performs the operations in order and empties the list; then waits until something
    /// completes, ``wake`` is called or `deadline` passes, and appends the completions.
    /// - Parameter deadline: when to return at the latest; a past one returns without waiting.
    /// - Returns: the monotonic time after waiting.
    func turn(
        performing operations: inout OperationQueue, until deadline: Instant,
        completions: inout CompletionQueue
    ) -> Instant

    /// In the last turn: how long the loop had been at work when it asked the kernel what is new,
    /// that is, how long the oldest news may have waited to be heard. 0 when it did not ask.
    var busyNanoseconds: Int64 { get }

    /// What ends a wait from another thread.
    var wake: any LoopWake { get }

    /// Gives buffers that a burst has left in the driver's hands back to the pool. Called now and
    /// then by a loop that has little to do, between turns.
    func releaseMemory()
}

extension Driver {
    public func releaseMemory() {}
}

/// Ends the wait of one loop's driver. May be called from any thread, at any time, often.
public protocol LoopWake: Sendable {
    func wake()
}
