import PlimsollCore
import PlimsollPolicy
import Testing

private func ticket(_ number: UInt32, at nanoseconds: Int64 = 0) -> Ticket {
    Ticket(
        worker: WorkerIndex(rawValue: 0), exchange: Handle(index: number, generation: 0),
        enqueuedAt: Instant(nanoseconds: nanoseconds))
}

@Suite struct AdmissionQueueTests {
    @Test func `the ticket that waits longest goes first`() {
        var queue = AdmissionQueue(capacity: 2)
        _ = queue.enqueue(ticket(1))
        _ = queue.enqueue(ticket(2))
        let order = [queue.dequeue(), queue.dequeue(), queue.dequeue()]
        #expect(order == [ticket(1), ticket(2), nil])
    }

    @Test func `the bound is exact`() {
        var queue = AdmissionQueue(capacity: 2)
        let ids = [queue.enqueue(ticket(1)), queue.enqueue(ticket(2)), queue.enqueue(ticket(3))]
        #expect(ids.map { $0 != nil } == [true, true, false])
    }

    @Test func `a client that leaves makes room at once`() throws {
        var queue = AdmissionQueue(capacity: 2)
        _ = queue.enqueue(ticket(1))
        let second = queue.enqueue(ticket(2))
        let id = try #require(second)
        let removed = queue.remove(id)
        let third = queue.enqueue(ticket(3))
        let order = [queue.dequeue(), queue.dequeue()]
        #expect(removed == ticket(2) && third != nil && order == [ticket(1), ticket(3)])
    }

    @Test func `a ticket that was granted cannot be withdrawn`() throws {
        var queue = AdmissionQueue(capacity: 1)
        let first = queue.enqueue(ticket(1))
        let id = try #require(first)
        _ = queue.dequeue()
        _ = queue.enqueue(ticket(2))
        let removed = queue.remove(id)
        let waits = queue.contains(id)
        let count = queue.count
        #expect(removed == nil && !waits && count == 1)
    }

    @Test func `the oldest wait is read off the first ticket`() {
        var queue = AdmissionQueue(capacity: 2)
        let empty = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 50))
        _ = queue.enqueue(ticket(1, at: 10))
        _ = queue.enqueue(ticket(2, at: 20))
        let first = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 50))
        let early = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 9))
        _ = queue.dequeue()
        let second = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 50))
        #expect(empty == 0 && first == 40 && early == 0 && second == 30)
    }

    @Test func `a lowered bound sends nobody away`() {
        var queue = AdmissionQueue(capacity: 2)
        _ = queue.enqueue(ticket(1))
        _ = queue.enqueue(ticket(2))
        queue.resize(capacity: 1)
        let refused = queue.enqueue(ticket(3))
        let order = [queue.dequeue(), queue.dequeue()]
        #expect(refused == nil && order == [ticket(1), ticket(2)])
    }
}
