import Glibc
import PlimsollCore
import PlimsollIO
import Synchronization

/// Writes the lines that loops hand over to a file or standard output, on a thread of its own:
/// only that thread waits for a disk or for whoever reads the pipe.
///
/// Who may touch what: `state` is shared under its lock, which is only ever held for moving a
/// chunk from one list to another. The descriptor belongs to the thread. What does not fit is
/// dropped and counted: a log that nobody reads must not become memory, nor a request's delay.
public final class LogWriter: Sendable {
    /// Where lines go.
    public enum Destination: Sendable, Equatable {
        case standardOutput
        /// Appended to; made if it is not there, readable by its group.
        case file(path: String)
    }

    private struct State {
        var full: [LogChunk] = []
        var free: [LogChunk] = []
        /// Chunks that exist: in the lists, with loops, or being written.
        var chunks = 0
        var isEnding = false
        var isReopening = false
        var hasEnded = false
    }

    private let state: Mutex<State>
    private let wake: WakeDescriptor
    /// Readable once the thread is done.
    private let ended: WakeDescriptor
    private let destination: Destination
    private let chunksMaximum: Int
    private let dropped = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)

    /// Opens the destination and starts the thread.
    /// - Parameters:
    ///   - chunksMaximum: pieces of 64 KiB in all, those of the loops included; at least two a
    ///     loop.
    ///   - priority: of its thread, if it is not to be the caller's (``ThreadPriority``).
    /// - Throws: the call that failed.
    public convenience init(
        to destination: Destination, chunksMaximum: Int, priority: Int32? = nil
    ) throws(SystemError) {
        try self.init(
            to: destination, descriptor: try Self.open(destination), chunksMaximum: chunksMaximum,
            priority: priority)
    }

    /// Writes to an open descriptor.
    init(
        to destination: Destination, descriptor: consuming FileDescriptor, chunksMaximum: Int,
        priority: Int32? = nil
    ) throws(SystemError) {
        precondition(chunksMaximum >= 2, "one chunk is filled while another is written")
        self.destination = destination
        self.chunksMaximum = chunksMaximum
        var state = State()
        state.full.reserveCapacity(chunksMaximum)
        state.free.reserveCapacity(chunksMaximum)
        self.state = Mutex(state)
        wake = try WakeDescriptor()
        ended = try WakeDescriptor()
        let number = descriptor.release()
        _ = try LoopThread(name: "log") {
            ThreadPriority.restore(priority)
            self.run(FileDescriptor(owning: number))
        }
    }

    deinit {
        // The thread holds the writer, so it has ended; chunks that loops still had came back
        // before they dropped the writer.
        state.withLock { state in
            for chunk in state.full + state.free {
                chunk.memory.deallocate()
            }
        }
    }

    /// Lines that were lost, because all chunks were on their way or could not be written.
    public var droppedLines: Int { dropped.load(ordering: .relaxed) }
    /// Lines that were written.
    public var writtenLines: Int { written.load(ordering: .relaxed) }
    public var writtenBytes: Int { bytes.load(ordering: .relaxed) }
    /// Writes, and attempts to open the file again, that failed.
    public var failureCount: Int { failures.load(ordering: .relaxed) }

    /// Opens the file again by its name, after it was moved away (SIGUSR1). Does nothing to
    /// standard output.
    public func reopen() {
        state.withLock { $0.isReopening = true }
        wake.wake()
    }

    /// Writes what has been handed over and ends, but not later than `deadline`: whoever reads the
    /// other end of a pipe does not decide when the process stops.
    public func finish(until deadline: Instant) {
        state.withLock { $0.isEnding = true }
        wake.wake()
        // A failure to wait only means that the last lines may be cut off.
        try? DescriptorWait.untilReadable([ended.descriptor], deadline: deadline)
    }

    // MARK: For loops

    func countDropped(_ lines: Int) {
        dropped.add(lines, ordering: .relaxed)
    }

    /// An empty chunk; nil when all are out.
    func takeChunk() -> LogChunk? {
        let found: LogChunk?? = state.withLock { state in
            if let chunk = state.free.popLast() { return .some(chunk) }
            guard state.chunks < chunksMaximum else { return .none }
            state.chunks += 1
            return .some(nil)
        }
        guard let found else { return nil }
        return found
            ?? LogChunk(memory: .allocate(byteCount: LogChunk.capacity, alignment: 16))
    }

    /// Takes a chunk to write.
    func submit(_ chunk: LogChunk) {
        let isFirst = state.withLock { state in
            state.full.append(chunk)
            return state.full.count == 1
        }
        if isFirst {
            wake.wake()
        }
    }

    /// Takes back a chunk without writing it.
    func giveBack(_ chunk: LogChunk) {
        state.withLock { $0.free.append(LogChunk(memory: chunk.memory)) }
    }

    // MARK: The thread

    private func run(_ first: consuming FileDescriptor) {
        var file = first
        var chunks: [LogChunk] = []
        chunks.reserveCapacity(chunksMaximum)
        while true {
            // Cannot fail in a way that waiting again would not mend; without it the thread would
            // only wake later.
            try? DescriptorWait.untilReadable([wake.descriptor], deadline: .distantFuture)
            wake.clear()
            let (isEnding, isReopening) = state.withLock { state in
                swap(&state.full, &chunks)
                let order = (state.isEnding, state.isReopening)
                state.isReopening = false
                return order
            }
            for chunk in chunks {
                write(chunk, to: file.rawValue)
                giveBack(chunk)
            }
            chunks.removeAll(keepingCapacity: true)
            if isReopening, case .file = destination {
                // After what was logged before the request, which belongs to the old file.
                do {
                    file = try Self.open(destination)
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
            if isEnding {
                break
            }
        }
        ended.wake()
    }

    private func write(_ chunk: LogChunk, to descriptor: Int32) {
        var position = 0
        while position < chunk.count {
            let rest = UnsafeRawBufferPointer(rebasing: chunk.memory[position..<chunk.count])
            let result = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if result > 0 {
                position += result
                continue
            }
            let code = SystemCall.lastError
            if result < 0 && code == EINTR { continue }
            if result < 0 && code == EAGAIN && Self.waitWritable(descriptor) { continue }
            failures.add(1, ordering: .relaxed)
            break
        }
        let lines = chunk.memory[..<position].count { $0 == 0x0A }
        written.add(lines, ordering: .relaxed)
        bytes.add(position, ordering: .relaxed)
        if lines < chunk.lines {
            countDropped(chunk.lines - lines)
        }
    }

    /// A terminal or pipe that somebody else made non-blocking.
    private static func waitWritable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, -1) == 1 && entry.revents & Int16(POLLOUT) != 0
    }

    private static func open(_ destination: Destination) throws(SystemError) -> FileDescriptor {
        switch destination {
        case .standardOutput:
            FileDescriptor(
                owning: try SystemCall.check("fcntl") {
                    fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                })
        case .file(let path):
            FileDescriptor(
                owning: try SystemCall.check("open") {
                    Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
                })
        }
    }
}
