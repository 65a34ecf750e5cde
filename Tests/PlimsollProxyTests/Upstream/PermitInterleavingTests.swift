import Testing

@testable import PlimsollProxy

/// The atomic steps of ``PermitCounter``, taken by several actors in every order there is.
///
/// The steps mirror the counter line by line: a load, a compare and swap, a step of the queue,
/// taking and leaving the lock are one step each. What is under the lock is several steps too,
/// since the word may be changed without it.
@Suite struct PermitInterleavingTests {
    /// What an actor sets out to do, one thing after another.
    enum Errand: Hashable {
        /// Arrive, and give the permit back once it is there.
        case visit
        /// The same, of a lower class: its place in a full queue may go to another.
        case visitLow
        /// Arrive, and when it has to wait, try to give up the ticket.
        case visitImpatiently
        /// The same, of a lower class.
        case visitLowImpatiently
        /// Arrive, and when it has to wait, be too old when the turn comes.
        case visitDoomed
        /// Arrive, and when it would have to wait, be refused by the discipline.
        case visitUnwelcome
        case resize(Int)

        var isLow: Bool { self == .visitLow || self == .visitLowImpatiently }
        var isImpatient: Bool { self == .visitImpatiently || self == .visitLowImpatiently }
    }

    enum Step: Hashable {
        case idle
        case load
        case swapIn(PermitWord, PermitWord)
        case lockToQueue
        case loadLocked
        case swapLocked(PermitWord, PermitWord, queues: Bool)
        case offer
        case loadSettle(grants: Int, then: Then)
        case swapSettle(PermitWord, PermitWord, grants: Int, then: Then)
        case unlock(holds: Bool)
        case wait
        case lockToWithdraw
        case withdraw
        case holding
        case loadReturn
        case swapReturn(PermitWord, PermitWord)
        case lockToPass
        case loadPass
        case swapPass(PermitWord, PermitWord)
        case grant(forLimit: Bool)
        case unlockDone
        case lockToResize(Int)
        case setLimit(Int)
        case loadGrant
    }

    /// What follows when the queue's length is in the word.
    enum Then: Hashable {
        case hasQueued
        case isDone
        case goesOnGranting
    }

    struct Actor: Hashable {
        var errands: [Errand]
        var step: Step = .idle
    }

    struct World: Hashable {
        var word = PermitWord(inFlight: 0, waiting: 0)
        var limit: Int
        let queueMaximum: Int
        var queue: [Int] = []
        /// Whether one of a lower class waits, as it is known without the lock.
        var isLowWaiting = false
        var lockedBy: Int?
        /// Actors that were handed a permit and have not seen it yet.
        var granted: Set<Int> = []
        /// Actors that were sent away and have not heard of it yet.
        var dropped: Set<Int> = []
        var refused = 0
        var evicted = 0
        var actors: [Actor]
    }

    /// Every order of steps of this world; states seen before are not walked again.
    private func explore(_ start: World, _ check: (World) -> Void) -> Int {
        var seen: Set<World> = [start]
        var frontier = [start]
        while let world = frontier.popLast() {
            check(world)
            var isStuck = true
            for actor in world.actors.indices {
                guard let next = advance(world, actor) else { continue }
                isStuck = false
                if seen.insert(next).inserted { frontier.append(next) }
            }
            if isStuck {
                // Nobody can move: everybody must be done, and everything given back.
                #expect(world.actors.allSatisfy { $0.errands.isEmpty && $0.step == .idle })
                #expect(world.word == PermitWord(inFlight: 0, waiting: 0))
                #expect(world.queue.isEmpty && world.lockedBy == nil)
                #expect(world.granted.isEmpty && world.dropped.isEmpty)
            }
        }
        return seen.count
    }

    /// The world after one step of an actor; nil when it cannot take one.
    private func advance(_ before: World, _ me: Int) -> World? {
        var world = before
        guard
            let next = world.lockStep(me) ?? world.arrivalStep(me) ?? world.queueStep(me)
                ?? world.returnStep(me) ?? world.resizeStep(me)
        else { return nil }
        world.actors[me].step = next
        return world
    }

    private func checkLaws(_ world: World, highestLimit: Int) {
        #expect(world.word.inFlight <= highestLimit)
        #expect(world.granted.isDisjoint(with: world.dropped), "a ticket ended twice")
        guard world.lockedBy == nil else { return }
        #expect(world.queue.count == world.word.waiting)
        #expect(world.word.waiting <= world.queueMaximum)
        let isFree = world.word.waiting > 0 && world.word.inFlight < world.limit
        #expect(!isFree, "a permit is free while a ticket waits")
    }

    @Test(arguments: [
        (1, [[Errand.visit], [.visit], [.visit]]),
        (1, [[.visit, .visit], [.visit, .visitImpatiently], [.visitImpatiently]]),
        (2, [[.visit], [.visit, .visit], [.visit, .visitImpatiently]]),
        (1, [[.visit, .visit], [.visitImpatiently], [.resize(2)]]),
        (2, [[.visit, .visit], [.visit], [.resize(1), .resize(2)]]),
        (2, [[.visit], [.visit], [.visitImpatiently], [.resize(1), .resize(2)]]),
    ])
    func `no order of steps loses a permit, a ticket or a wake-up`(
        limit: Int, errands: [[Errand]]
    ) {
        let start = World(
            limit: limit, queueMaximum: 4, actors: errands.map { Actor(errands: $0) })
        let states = explore(start) { world in
            checkLaws(world, highestLimit: 2)
            #expect(world.refused == 0, "all of them fit into the house")
        }
        #expect(states > 100)
    }

    @Test(arguments: [
        (1, [[Errand.visit, .visit], [.visitDoomed], [.visitDoomed]]),
        (1, [[.visit], [.visitDoomed, .visit], [.visitImpatiently]]),
        (1, [[.visit, .visitUnwelcome], [.visitUnwelcome], [.visitImpatiently]]),
        (2, [[.visit], [.visit], [.visitDoomed], [.resize(1), .resize(2)]]),
        (1, [[.visit], [.visitUnwelcome, .visit], [.visitDoomed]]),
    ])
    func `tickets that are dropped or never taken in leave nothing behind`(
        limit: Int, errands: [[Errand]]
    ) {
        let start = World(
            limit: limit, queueMaximum: 4, actors: errands.map { Actor(errands: $0) })
        let states = explore(start) { checkLaws($0, highestLimit: 2) }
        #expect(states > 100)
    }

    @Test(arguments: [
        [[Errand.visit], [.visitLow], [.visit]],
        [[.visit], [.visitLowImpatiently], [.visit]],
        [[.visit], [.visitLow], [.visit], [.visitLowImpatiently]],
        [[.visit, .visit], [.visitLow], [.visitImpatiently]],
        [[.visitDoomed], [.visitLow], [.visit, .visit]],
    ])
    func `an evicted ticket ends once, whoever reaches it first`(errands: [[Errand]]) {
        let start = World(
            limit: 1, queueMaximum: 1, actors: errands.map { Actor(errands: $0) })
        var mostEvicted = 0
        _ = explore(start) { world in
            checkLaws(world, highestLimit: 1)
            mostEvicted = max(mostEvicted, world.evicted)
        }
        #expect(mostEvicted >= 1)
    }

    @Test func `the queue's bound turns away the one too many, never another`() {
        let start = World(
            limit: 1, queueMaximum: 1,
            actors: [Actor(errands: [.visit]), Actor(errands: [.visit]), Actor(errands: [.visit])])
        var mostRefused = 0
        _ = explore(start) { world in
            checkLaws(world, highestLimit: 1)
            mostRefused = max(mostRefused, world.refused)
        }
        #expect(mostRefused == 1)
    }
}

extension PermitInterleavingTests.World {
    typealias Step = PermitInterleavingTests.Step

    private mutating func swap(_ old: PermitWord, _ new: PermitWord) -> Bool {
        guard word == old else { return false }
        word = new
        return true
    }

    private mutating func finish(_ me: Int) -> Step {
        actors[me].errands.removeFirst()
        return .idle
    }

    private func errand(_ actor: Int) -> PermitInterleavingTests.Errand? {
        actors[actor].errands.first
    }

    private func isLow(_ actor: Int) -> Bool { errand(actor)?.isLow ?? false }

    /// Begins an errand, or takes or leaves the lock.
    mutating func lockStep(_ me: Int) -> Step? {
        let next: Step
        switch actors[me].step {
        case .idle:
            guard let errand = actors[me].errands.first else { return nil }
            if case .resize(let limit) = errand { return .lockToResize(limit) }
            return .load
        case .unlock(let holds):
            lockedBy = nil
            let isImpatient = errand(me)?.isImpatient ?? false
            return holds ? .holding : (isImpatient ? .lockToWithdraw : .wait)
        case .unlockDone:
            lockedBy = nil
            return finish(me)
        case .lockToQueue: next = .loadLocked
        case .lockToWithdraw: next = .withdraw
        case .lockToPass: next = .loadPass
        case .lockToResize(let limit): next = .setLimit(limit)
        default: return nil
        }
        guard lockedBy == nil else { return nil }
        lockedBy = me
        return next
    }

    /// `admit` and `enqueue`.
    mutating func arrivalStep(_ me: Int) -> Step? {
        switch actors[me].step {
        case .load:
            switch word.arrival(limit: limit, queue: queueMaximum) {
            case .admitted(let new): return .swapIn(word, new)
            case .queued: return .lockToQueue
            case .full where isLowWaiting && !isLow(me): return .lockToQueue
            case .full:
                refuse()
                return finish(me)
            }
        case .swapIn(let old, let new): return swap(old, new) ? .holding : .load
        case .loadLocked:
            switch word.arrival(limit: limit, queue: queueMaximum) {
            case .admitted(let new): return .swapLocked(word, new, queues: false)
            case .queued(let new): return .swapLocked(word, new, queues: true)
            case .full: return .offer
            }
        case .swapLocked(let old, let new, let queues):
            guard swap(old, new) else { return .loadLocked }
            return queues ? .offer : .unlock(holds: true)
        case .wait:
            if dropped.remove(me) != nil { return finish(me) }
            return granted.remove(me) == nil ? nil : .holding
        default: return nil
        }
    }

    /// The queue's part: `offer`, `withdraw` and `settle`.
    mutating func queueStep(_ me: Int) -> Step? {
        switch actors[me].step {
        case .offer:
            if errand(me) == .visitUnwelcome {
                return .loadSettle(grants: 0, then: .isDone)
            }
            if queue.count >= queueMaximum {
                guard !isLow(me), let victim = queue.lastIndex(where: isLow) else {
                    refuse()
                    return .loadSettle(grants: 0, then: .isDone)
                }
                dropped.insert(queue.remove(at: victim))
                evicted += 1
            }
            // Higher classes first.
            let place = isLow(me) ? queue.count : queue.firstIndex(where: isLow) ?? queue.count
            queue.insert(me, at: place)
            return .loadSettle(grants: 0, then: .hasQueued)
        case .withdraw:
            guard let place = queue.firstIndex(of: me) else {
                lockedBy = nil
                return .wait
            }
            queue.remove(at: place)
            return .loadSettle(grants: 0, then: .isDone)
        case .loadSettle(let grants, let then):
            isLowWaiting = queue.contains(where: isLow)
            let new = word.settled(waiting: queue.count, grants: grants)
            return .swapSettle(word, new, grants: grants, then: then)
        case .swapSettle(let old, let new, let grants, let then):
            guard swap(old, new) else { return .loadSettle(grants: grants, then: then) }
            switch then {
            case .hasQueued: return .unlock(holds: false)
            case .isDone: return .unlockDone
            case .goesOnGranting: return .loadGrant
            }
        default: return nil
        }
    }

    private mutating func refuse() {
        refused += 1
        // Turned away only when the house is full at this very moment; while it is asked for the
        // place of another, its own mark is in the word.
        #expect(word.inFlight + word.waiting >= limit + queueMaximum)
    }

    /// `release` and `passOn`.
    mutating func returnStep(_ me: Int) -> Step? {
        switch actors[me].step {
        case .holding: return .loadReturn
        case .loadReturn:
            guard let new = word.returningToNobody() else { return .lockToPass }
            return .swapReturn(word, new)
        case .swapReturn(let old, let new): return swap(old, new) ? finish(me) : .loadReturn
        case .loadPass:
            switch word.returning(limit: limit) {
            case .freed(let new): return .swapPass(word, new)
            case .passedOn: return .grant(forLimit: false)
            }
        case .swapPass(let old, let new): return swap(old, new) ? .unlockDone : .loadPass
        case .grant(let forLimit):
            while let first = queue.first {
                queue.removeFirst()
                if errand(first) == .visitDoomed {
                    dropped.insert(first)
                    continue
                }
                granted.insert(first)
                return .loadSettle(
                    grants: forLimit ? 1 : 0, then: forLimit ? .goesOnGranting : .isDone)
            }
            return .loadSettle(
                grants: forLimit ? 0 : -1, then: forLimit ? .goesOnGranting : .isDone)
        default: return nil
        }
    }

    /// `resize`.
    mutating func resizeStep(_ me: Int) -> Step? {
        switch actors[me].step {
        case .setLimit(let new):
            limit = new
            return .loadGrant
        case .loadGrant:
            return word.canGrant(limit: limit) ? .grant(forLimit: true) : .unlockDone
        default: return nil
        }
    }
}
