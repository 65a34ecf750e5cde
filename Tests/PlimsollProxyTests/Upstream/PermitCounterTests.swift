import PlimsollCore
import PlimsollPolicy
import Synchronization
import Testing

@testable import PlimsollProxy

private func ticket(_ number: UInt32, worker: UInt16 = 0) -> Ticket {
    Ticket(
        worker: WorkerIndex(rawValue: worker), exchange: Handle(index: number, generation: 0),
        enqueuedAt: Instant(nanoseconds: 0))
}

private let start = Instant(nanoseconds: 0)

private func granted(_ number: UInt32) -> EndedTicket {
    EndedTicket(ticket: ticket(number), end: .granted)
}

extension PermitCounter {
    /// Gives a permit back.
    /// - Returns: the ticket that it passes to, where no other can end.
    fileprivate func release() -> Ticket? {
        var ended: [EndedTicket] = []
        release(QueueConditions(limit: 1), at: start, ended: &ended)
        #expect(ended.count <= 1 && ended.allSatisfy { $0.end == .granted })
        return ended.first?.ticket
    }
}

extension PermitCounter {
    /// Arrives where nobody can be evicted.
    fileprivate func admit(_ ticket: Ticket) -> Admission {
        var ended: [EndedTicket] = []
        defer { #expect(ended.isEmpty) }
        return admit(ticket, QueueConditions(limit: 1), at: start, ended: &ended)
    }

    fileprivate func withdraw(_ id: TicketID) -> Bool { withdraw(id, at: start) }
}

extension PermitCounter.Admission {
    fileprivate var place: TicketID? {
        if case .queued(let id) = self { id } else { nil }
    }
}

@Suite struct PermitCounterTests {
    @Test func `permits pass to tickets in the order of their arrival`() throws {
        let permits = PermitCounter(limit: 1, queue: 3)
        #expect(permits.admit(ticket(0)) == .admitted)
        let places = (1...3).map { permits.admit(ticket($0)).place }
        #expect(permits.admit(ticket(4)) == .refused(.queueFull))
        #expect(permits.withdraw(try #require(places[1])))
        #expect(!permits.withdraw(try #require(places[1])))
        #expect(permits.release() == ticket(1))
        #expect(!permits.withdraw(try #require(places[0])), "its permit is on its way")
        #expect(permits.release() == ticket(3))
        #expect(permits.release() == nil)
        #expect(permits.counts == PermitWord(inFlight: 0, waiting: 0))
    }

    @Test func `a raised limit lets in at once, a lowered one lets nobody in until it is met`() {
        let permits = PermitCounter(limit: 1, queue: 3)
        for number in UInt32(0)...3 { _ = permits.admit(ticket(number)) }
        #expect(permits.resize(limit: 3, queue: 3, at: start) == [granted(1), granted(2)])
        #expect(permits.resize(limit: 1, queue: 0, at: start) == [])
        #expect(permits.admit(ticket(5)) == .refused(.noQueue))
        #expect(permits.release() == nil)
        #expect(permits.release() == nil)
        #expect(permits.counts == PermitWord(inFlight: 1, waiting: 1))
        #expect(permits.release() == ticket(3))
    }

    /// Grants on their way to a loop, as its mailbox would hold them.
    private final class Post: Sendable {
        let letters: Mutex<[Ticket]> = Mutex([])

        func take() -> [Ticket] {
            letters.withLock { letters in
                defer { letters = [] }
                return letters
            }
        }
    }

    /// Counts who is in flight, apart from the counter under test.
    private final class House: Sendable {
        let inside = Atomic<Int>(0)
        let most = Atomic<Int>(0)

        func enter() {
            let now = inside.add(1, ordering: .sequentiallyConsistent).newValue
            most.max(now, ordering: .relaxed)
        }

        func leave() {
            inside.subtract(1, ordering: .sequentiallyConsistent)
        }
    }

    /// What one loop did.
    private struct Account: Sendable {
        var admitted = 0
        var granted = 0
        var withdrawn = 0
        var refused = 0
    }

    @Test func `loops at once: never one too many, nothing lost, everything given back`() async {
        let (limit, queue, loops, visits) = (3, 4, 4, 8_000)
        let permits = PermitCounter(limit: limit, queue: queue)
        let posts = (0..<loops).map { _ in Post() }
        let house = House()
        let accounts = await withTaskGroup(of: Account.self) { group in
            for loop in 0..<loops {
                group.addTask {
                    await Self.run(
                        loop, visits: visits, permits: permits, posts: posts, house: house)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(house.most.load(ordering: .relaxed) == limit)
        #expect(permits.counts == PermitWord(inFlight: 0, waiting: 0))
        let ended = accounts.reduce(0) { $0 + $1.admitted + $1.granted + $1.withdrawn + $1.refused }
        #expect(ended == loops * visits)
        #expect(accounts.reduce(0) { $0 + $1.granted } > 0)
    }

    /// A loop that has up to five exchanges under way, more than there are permits, gives up some
    /// tickets, and at the end waits for the permits that are still to come.
    private static func run(
        _ loop: Int, visits: Int, permits: PermitCounter, posts: [Post], house: House
    ) async -> Account {
        var account = Account()
        var random = RandomSource(seed: UInt64(loop))
        var waiting: [UInt32: TicketID] = [:]
        /// Tickets that were given up too late: their permits come and go straight back.
        var owed: Set<UInt32> = []
        var held = 0
        func release() {
            house.leave()
            if let next = permits.release() {
                posts[Int(next.worker.rawValue)].letters.withLock { $0.append(next) }
            }
        }
        var visit: UInt32 = 0
        while visit < UInt32(visits) || !waiting.isEmpty || !owed.isEmpty || held > 0 {
            for letter in posts[loop].take() {
                account.granted += 1
                house.enter()
                held += 1
                if waiting.removeValue(forKey: letter.exchange.index) == nil {
                    owed.remove(letter.exchange.index)
                }
            }
            if visit < UInt32(visits), waiting.count + owed.count + held < 5 {
                switch permits.admit(ticket(visit, worker: UInt16(loop))) {
                case .admitted:
                    account.admitted += 1
                    house.enter()
                    held += 1
                case .queued(let id): waiting[visit] = id
                case .refused: account.refused += 1
                }
                visit += 1
            }
            if let (number, id) = waiting.first, random.next(below: 4) == 0 {
                waiting[number] = nil
                if permits.withdraw(id) { account.withdrawn += 1 } else { owed.insert(number) }
            }
            if held > 0, random.next(below: 3) > 0 || visit == UInt32(visits) {
                held -= 1
                release()
            }
            if held == 0 { await Task.yield() }
        }
        return account
    }
}
