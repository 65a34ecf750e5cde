import PlimsollCore
import PlimsollPolicy
import Testing

private let start = Instant(nanoseconds: 0)
private let calm = QueueConditions(limit: 1)

private func ticket(
    _ number: UInt32, at nanoseconds: Int64 = 0, _ priority: Priority = .standard,
    isRetry: Bool = false, tenant: UInt32 = 0, deadline: Instant = .distantFuture
) -> Ticket {
    Ticket(
        worker: WorkerIndex(rawValue: 0), exchange: Handle(index: number, generation: 0),
        enqueuedAt: Instant(nanoseconds: nanoseconds), priority: priority, isRetry: isRetry,
        tenant: tenant, deadline: deadline)
}

extension AdmissionQueue {
    /// Takes a ticket in where nobody is evicted.
    fileprivate mutating func enqueue(_ ticket: Ticket) -> TicketID? {
        if case .queued(let id) = offer(ticket, calm, at: ticket.enqueuedAt) { id } else { nil }
    }

    /// The next ticket, where none is dropped.
    fileprivate mutating func dequeue(at now: Instant = start) -> Ticket? {
        var dropped: [EndedTicket] = []
        let ticket = dequeue(calm, at: now, dropped: &dropped)
        #expect(dropped.isEmpty)
        return ticket
    }

    /// The numbers of all tickets in the order of their service.
    fileprivate mutating func order() -> [UInt32] {
        var numbers: [UInt32] = []
        while let ticket = dequeue() { numbers.append(ticket.exchange.index) }
        return numbers
    }
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
        let removed = queue.remove(id, at: start)
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
        let removed = queue.remove(id, at: start)
        let waits = queue.contains(id)
        let count = queue.count
        #expect(removed == nil && !waits && count == 1)
    }

    @Test func `the oldest wait is read off the oldest ticket of any class`() {
        var queue = AdmissionQueue(capacity: 2)
        let empty = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 50))
        _ = queue.enqueue(ticket(1, at: 10, .background))
        _ = queue.enqueue(ticket(2, at: 20))
        let first = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 50))
        let early = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 9))
        #expect(empty == 0 && first == 40 && early == 0)
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

    // MARK: Classes

    @Test func `classes go in their order, and second attempts after first ones`() {
        var queue = AdmissionQueue(capacity: 10)
        _ = queue.enqueue(ticket(1, .background))
        _ = queue.enqueue(ticket(2, .critical, isRetry: true))
        _ = queue.enqueue(ticket(3))
        _ = queue.enqueue(ticket(4, .critical))
        _ = queue.enqueue(ticket(5, .sheddable))
        _ = queue.enqueue(ticket(6))
        let order = queue.order()
        #expect(order == [4, 2, 3, 6, 5, 1])
    }

    @Test func `of sixteen permits the lowest class that waits gets one`() {
        var queue = AdmissionQueue(capacity: 100)
        for number in UInt32(0)..<40 { _ = queue.enqueue(ticket(number, .critical)) }
        _ = queue.enqueue(ticket(100, .sheddable))
        _ = queue.enqueue(ticket(200, .background))
        _ = queue.enqueue(ticket(201, .background))
        let order = queue.order()
        #expect(order.firstIndex(of: 200) == 15)
        #expect(order.firstIndex(of: 201) == 31)
        #expect(order.firstIndex(of: 100) == 42)
    }

    @Test func `a full queue evicts the youngest of the lowest class for a higher one`() {
        var queue = AdmissionQueue(capacity: 3)
        _ = queue.enqueue(ticket(1, .sheddable))
        _ = queue.enqueue(ticket(2, .background))
        _ = queue.enqueue(ticket(3, .background))
        let offer = queue.offer(ticket(4), calm, at: start)
        let equal = queue.offer(ticket(5, .background), calm, at: start)
        let evicted = EndedTicket(ticket: ticket(3, .background), end: .dropped(.evicted))
        if case .queuedEvicting(_, let victim) = offer {
            #expect(victim == evicted)
        } else {
            Issue.record("nobody was evicted")
        }
        let count = queue.snapshot(at: start).evicted
        let order = queue.order()
        #expect(equal == .refused(.queueFull) && order == [4, 1, 2] && count == 1)
    }

    // MARK: Deadlines

    @Test func `what would be answered too late is not dispatched`() {
        var queue = AdmissionQueue(capacity: 3)
        let conditions = QueueConditions(limit: 1, fastLatencyNanoseconds: 10)
        let hopeless = queue.offer(
            ticket(1, deadline: Instant(nanoseconds: 10)), conditions, at: start)
        _ = queue.offer(ticket(2, deadline: Instant(nanoseconds: 11)), conditions, at: start)
        _ = queue.offer(ticket(3, deadline: Instant(nanoseconds: 12)), conditions, at: start)
        var dropped: [EndedTicket] = []
        let next = queue.dequeue(
            conditions, at: Instant(nanoseconds: 1), dropped: &dropped)
        #expect(hopeless == .refused(.deadlineUnmeetable))
        #expect(dropped.map(\.ticket.exchange.index) == [2])
        #expect(dropped.map(\.end) == [.dropped(.deadlineUnmeetable)])
        #expect(next?.exchange.index == 3)
    }

    // MARK: Disciplines

    @Test func `last in, first out serves the newest`() throws {
        var queue = AdmissionQueue(capacity: 3, settings: try QueueSettings(discipline: .lifo))
        for number in UInt32(1)...3 { _ = queue.enqueue(ticket(number)) }
        let order = queue.order()
        #expect(order == [3, 2, 1])
    }

    @Test func `controlled delay drops when every wait of an interval was too long`() throws {
        let settings = try QueueSettings(
            discipline: .controlledDelay, target: .milliseconds(5), interval: .milliseconds(100))
        var queue = AdmissionQueue(capacity: 1_000, settings: settings)
        var dropped: [EndedTicket] = []
        // One a millisecond comes, one in two milliseconds goes.
        for millisecond in Int64(0)..<300 {
            let now = Instant(nanoseconds: millisecond * 1_000_000)
            _ = queue.enqueue(ticket(UInt32(millisecond), at: now.nanoseconds))
            if millisecond % 2 == 0 { _ = queue.dequeue(calm, at: now, dropped: &dropped) }
        }
        let oldest = queue.oldestWaitNanoseconds(at: Instant(nanoseconds: 300_000_000))
        #expect(!dropped.isEmpty && dropped.allSatisfy { $0.end == .dropped(.queueTimeout) })
        #expect(oldest <= 13_000_000)
    }

    @Test func `settings are held to their ranges`() {
        #expect(throws: SettingsError.self) { try QueueSettings(target: .zero) }
        #expect(throws: SettingsError.self) { try QueueSettings(interval: .seconds(86_401)) }
    }

    // MARK: Tenants

    @Test func `tenants that wait take turns`() {
        var queue = AdmissionQueue(capacity: 100)
        for number in UInt32(0)..<10 { _ = queue.enqueue(ticket(number, tenant: 77_777)) }
        _ = queue.enqueue(ticket(50, tenant: 5))
        _ = queue.enqueue(ticket(51, tenant: 5))
        let order = queue.order()
        #expect(order.firstIndex(of: 50).map { $0 <= 2 } == true)
        #expect(order.firstIndex(of: 51).map { $0 <= 5 } == true)
        #expect(order.filter { $0 < 10 }.count == 10)
    }

    @Test func `a tenant that fills the queue makes room for another`() {
        var queue = AdmissionQueue(capacity: 10)
        for number in UInt32(0)..<10 { _ = queue.enqueue(ticket(number, tenant: 77_777)) }
        let greedy = queue.offer(ticket(10, tenant: 77_777), calm, at: start)
        let modest = queue.offer(ticket(11, tenant: 5), calm, at: start)
        #expect(greedy == .refused(.queueFull))
        guard case .queuedEvicting(_, let victim) = modest else {
            Issue.record("nobody made room")
            return
        }
        #expect(victim.end == .dropped(.evicted) && victim.ticket.tenant == 77_777)
    }

    @Test func `tickets leave any lane in any order and nothing is lost`() {
        var random = RandomSource(seed: 7)
        var queue = AdmissionQueue(capacity: 50)
        var waiting: [UInt32: TicketID] = [:]
        for number in UInt32(0)..<5_000 {
            let ticket = ticket(
                number, Priority(rawValue: UInt8(random.next(below: 4))) ?? .standard,
                isRetry: random.next(below: 4) == 0, tenant: UInt32(random.next(below: 6)))
            switch queue.offer(ticket, calm, at: start) {
            case .queued(let id): waiting[number] = id
            case .queuedEvicting(let id, let victim):
                let known = waiting.removeValue(forKey: victim.ticket.exchange.index)
                #expect(known != nil)
                waiting[number] = id
            case .refused: #expect(waiting.count == 50)
            }
            if random.next(below: 3) == 0, let ticket = queue.dequeue() {
                let known = waiting.removeValue(forKey: ticket.exchange.index)
                #expect(known != nil)
            }
            if random.next(below: 4) == 0, let (number, id) = waiting.randomElement(using: &random)
            {
                let removed = queue.remove(id, at: start)
                #expect(removed?.exchange.index == number)
                waiting[number] = nil
            }
            let count = queue.count
            #expect(count == waiting.count)
        }
        let rest = queue.order()
        #expect(Set(rest) == Set(waiting.keys))
    }
}
