import PlimsollIO
import Synchronization
import Testing

private final class CountingWake: LoopWake {
    let count = Atomic<Int>(0)

    func wake() {
        count.add(1, ordering: .relaxed)
    }
}

@Suite struct MailboxTests {
    @Test func `messages come out in the order they were posted`() {
        let mailbox = Mailbox<Int>()
        mailbox.post(1)
        mailbox.post(2)
        var messages: [Int] = []
        mailbox.drain(into: &messages)
        #expect(messages == [1, 2])
        mailbox.drain(into: &messages)
        #expect(messages.isEmpty)
    }

    @Test func `a batch wakes its loop once`() {
        let mailbox = Mailbox<Int>()
        let wake = CountingWake()
        mailbox.attach(wake)
        #expect(wake.count.load(ordering: .relaxed) == 0)
        mailbox.post(1)
        mailbox.post(2)
        #expect(wake.count.load(ordering: .relaxed) == 1)
        var messages: [Int] = []
        mailbox.drain(into: &messages)
        mailbox.post(3)
        #expect(wake.count.load(ordering: .relaxed) == 2)
    }

    @Test func `mail that came before its loop wakes it when it comes`() {
        let mailbox = Mailbox<Int>()
        let wake = CountingWake()
        mailbox.post(1)
        mailbox.attach(wake)
        #expect(wake.count.load(ordering: .relaxed) == 1)
    }

    @Test func `nothing is lost between threads`() throws {
        let mailbox = Mailbox<Int>()
        let threads = try (0..<4).map { thread in
            try LoopThread(name: "poster") {
                for index in 0..<1_000 {
                    mailbox.post(thread * 1_000 + index)
                }
            }
        }
        for thread in threads {
            thread.join()
        }
        var messages: [Int] = []
        mailbox.drain(into: &messages)
        #expect(messages.sorted() == Array(0..<4_000))
    }
}
