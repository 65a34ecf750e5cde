import Testing

@testable import PlimsollProxy

/// The atomic steps of ``PermitCounter``, taken by several actors in every order there is.
///
/// The steps mirror the counter line by line: a load, a compare and swap, taking and leaving the
/// lock are one step each. What is under the lock is several steps too, since the word may be
/// changed without it.
@Suite struct PermitInterleavingTests {
    /// What an actor sets out to do, one thing after another.
    enum Errand: Hashable {
        /// Arrive, and give the permit back once it is there.
        case visit
        /// Arrive, and when it has to wait, try to give up the ticket.
        case visitImpatiently
        case resize(Int)
    }

    enum Step: Hashable {
        case idle
        case load
        case swapIn(PermitWord, PermitWord)
        case lockToQueue
        case loadLocked
        case swapLocked(PermitWord, PermitWord, queues: Bool)
        case unlock(holds: Bool)
        case wait
        case lockToWithdraw
        case withdraw
        case holding
        case loadReturn
        case swapReturn(PermitWord, PermitWord)
        case lockToPass
        case loadPass
        case swapPass(PermitWord, PermitWord, passes: Bool)
        case unlockDone
        case lockToResize(Int)
        case setLimit(Int)
        case loadGrant
        case swapGrant(PermitWord, PermitWord)
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
        var lockedBy: Int?
        /// Actors that were handed a permit and have not seen it yet.
        var granted: Set<Int> = []
        var refused = 0
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
                #expect(world.queue.isEmpty && world.granted.isEmpty && world.lockedBy == nil)
            }
        }
        return seen.count
    }

    /// The world after one step of an actor; nil when it cannot take one.
    private func advance(_ before: World, _ me: Int) -> World? {
        var world = before
        guard
            let next = world.lockStep(me) ?? world.arrivalStep(me) ?? world.returnStep(me)
                ?? world.resizeStep(me)
        else { return nil }
        world.actors[me].step = next
        return world
    }

    private func checkLaws(_ world: World, highestLimit: Int) {
        #expect(world.word.inFlight <= highestLimit)
        guard world.lockedBy == nil else { return }
        #expect(world.queue.count == world.word.waiting)
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
            let isImpatient = actors[me].errands.first == .visitImpatiently
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

    /// `admit`, `enqueue` and `withdraw`.
    mutating func arrivalStep(_ me: Int) -> Step? {
        switch actors[me].step {
        case .load:
            switch word.arrival(limit: limit, queue: queueMaximum) {
            case .admitted(let new): return .swapIn(word, new)
            case .queued: return .lockToQueue
            case .full:
                refuse()
                return finish(me)
            }
        case .swapIn(let old, let new): return swap(old, new) ? .holding : .load
        case .loadLocked:
            switch word.arrival(limit: limit, queue: queueMaximum) {
            case .admitted(let new): return .swapLocked(word, new, queues: false)
            case .queued(let new): return .swapLocked(word, new, queues: true)
            case .full:
                refuse()
                return .unlockDone
            }
        case .swapLocked(let old, let new, let queues):
            guard swap(old, new) else { return .loadLocked }
            if queues { queue.append(me) }
            return .unlock(holds: !queues)
        case .wait: return granted.remove(me) == nil ? nil : .holding
        case .withdraw:
            guard let place = queue.firstIndex(of: me) else {
                lockedBy = nil
                return .wait
            }
            queue.remove(at: place)
            word = word.withdrawing()
            return .unlockDone
        default: return nil
        }
    }

    private mutating func refuse() {
        refused += 1
        // Turned away only when the house is full at this very moment.
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
            case .freed(let new): return .swapPass(word, new, passes: false)
            case .passedOn(let new): return .swapPass(word, new, passes: true)
            }
        case .swapPass(let old, let new, let passes):
            guard swap(old, new) else { return .loadPass }
            if passes { granted.insert(queue.removeFirst()) }
            return .unlockDone
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
            guard let new = word.granting(limit: limit) else { return .unlockDone }
            return .swapGrant(word, new)
        case .swapGrant(let old, let new):
            if swap(old, new) { granted.insert(queue.removeFirst()) }
            return .loadGrant
        default: return nil
        }
    }
}
