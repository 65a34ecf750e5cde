import CLinux
import Glibc
import Synchronization

/// A thread of our own that runs one closure and can be waited for. Dropped without that, it runs
/// on by itself, and what it held is given back when it ends.
public final class LoopThread: Sendable {
    // A pthread_t is an opaque number on Linux.
    private let thread: pthread_t
    private let isJoined = Atomic<Bool>(false)

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread.
    /// - Parameters:
    ///   - name: what `ps -L` and debuggers show; the first 15 bytes count.
    ///   - stackBytes: room for its stack; address space until it is used.
    ///   - body: what it runs; the thread ends with it.
    public init(
        name: String, stackBytes: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var attributes = pthread_attr_t()
        try SystemCall.checkNumber("pthread_attr_init") { pthread_attr_init(&attributes) }
        defer { pthread_attr_destroy(&attributes) }
        try SystemCall.checkNumber("pthread_attr_setstacksize") {
            pthread_attr_setstacksize(&attributes, stackBytes)
        }
        // Balanced by takeRetainedValue on the new thread, or below when there is none.
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, LoopThread.run, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SystemError("pthread_create", code: code)
        }
        self.thread = thread
    }

    /// Waits until the thread has ended. Call once.
    public func join() {
        isJoined.store(true, ordering: .relaxed)
        let code = pthread_join(thread, nil)
        precondition(code == 0, "a thread is joined once, and not by itself")
    }

    deinit {
        // A thread that is neither joined nor detached keeps its stack for ever.
        if !isJoined.load(ordering: .relaxed) {
            pthread_detach(thread)
        }
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { argument in
            guard let argument else { preconditionFailure("a thread without its start") }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            nameThread(start.name)
            start.body()
            return nil
        }

    /// Names the calling thread.
    public static func nameThread(_ name: String) {
        // Cannot fail but for a bad pointer; the kernel cuts the name at 15 bytes itself.
        _ = name.withCString { text in
            clinux_prctl(CLINUX_PR_SET_NAME, UInt(bitPattern: text), 0, 0)
        }
    }
}
