import PlimsollIO
import Synchronization
import Testing

@Suite struct LoopThreadTests {
    @Test func `a joined thread has run its closure`() throws {
        let ran = Mutex(false)
        let thread = try LoopThread(name: "test-loop", stackBytes: 256 * 1024) {
            ran.withLock { $0 = true }
        }
        thread.join()
        #expect(ran.withLock { $0 })
    }

    @Test func `a stack that is too small is refused`() {
        #expect(throws: SystemError.self) { try LoopThread(name: "tiny", stackBytes: 1) {} }
    }
}
