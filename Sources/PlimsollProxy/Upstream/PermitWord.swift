/// How many requests are in flight at an upstream and how many wait, in one word, so that both
/// change together in one atomic step. What may follow what is decided here, without atomics.
struct PermitWord: Hashable {
    var inFlight: Int
    var waiting: Int

    init(inFlight: Int, waiting: Int) {
        self.inFlight = inFlight
        self.waiting = waiting
    }

    init(rawValue: UInt64) {
        inFlight = Int(rawValue & 0xFFFF_FFFF)
        waiting = Int(rawValue >> 32)
    }

    var rawValue: UInt64 {
        UInt64(UInt32(truncatingIfNeeded: waiting)) << 32
            | UInt64(UInt32(truncatingIfNeeded: inFlight))
    }

    /// What an arrival finds.
    enum Arrival: Equatable {
        /// A permit is free and nobody is before it.
        case admitted(PermitWord)
        /// It has to wait, and there is room.
        case queued(PermitWord)
        case full
    }

    func arrival(limit: Int, queue: Int) -> Arrival {
        if waiting == 0 && inFlight < limit {
            return .admitted(PermitWord(inFlight: inFlight + 1, waiting: 0))
        }
        guard waiting < queue else { return .full }
        return .queued(PermitWord(inFlight: inFlight, waiting: waiting + 1))
    }

    /// A permit comes back and nobody waits for it; nil when somebody does, and then what becomes
    /// of it is ``returning(limit:)``, under the queue's lock.
    ///
    /// The limit has no say here. It must not: one that is read without the lock may be an old
    /// one, and a permit dropped by an old, lower limit would lie free while tickets wait.
    func returningToNobody() -> PermitWord? {
        precondition(inFlight > 0, "a permit came back that was never given")
        return waiting == 0 ? PermitWord(inFlight: inFlight - 1, waiting: 0) : nil
    }

    /// What becomes of a permit that comes back.
    enum Return: Equatable {
        /// Nobody waits, or there are more in flight than a lowered limit allows.
        case freed(PermitWord)
        /// It passes to the ticket whose turn it is, if one is left that is worth it.
        case passedOn
    }

    /// - Parameter limit: read under the lock, where alone it changes.
    func returning(limit: Int) -> Return {
        precondition(inFlight > 0, "a permit came back that was never given")
        guard waiting > 0, inFlight <= limit else {
            return .freed(PermitWord(inFlight: inFlight - 1, waiting: waiting))
        }
        return .passedOn
    }

    /// Whether a ticket may have a permit that a raised limit made.
    func canGrant(limit: Int) -> Bool { waiting > 0 && inFlight < limit }

    /// What a step of the queue has left behind. Only while somebody waits, and under the lock.
    /// - Parameter grants: permits more than before, -1 for one that nobody was left to have.
    func settled(waiting left: Int, grants: Int) -> PermitWord {
        precondition(waiting > 0, "the queue moved while nobody waited")
        return PermitWord(inFlight: inFlight + grants, waiting: left)
    }
}
