import Testing

@testable import PlimsollIO

@Suite struct ThreadPriorityTests {
    @Test func `a favour is taken back whole`() throws {
        // On a thread of its own: the runner's keep what they have.
        var thread: LoopThread? = try LoopThread(name: "favoured") {
            let before = ThreadPriority.favour()
            ThreadPriority.restore(before)
            let again = ThreadPriority.favour()
            ThreadPriority.restore(again)
            precondition(before == again, "a favour was not taken back")
        }
        thread?.join()
        thread = nil
    }
}
