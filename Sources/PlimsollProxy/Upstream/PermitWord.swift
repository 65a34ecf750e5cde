/// How many requests are in flight at an upstream and how many wait, in one word, so that both
/// change together in one atomic step. What may follow what is decided here, without atomics.
struct PermitWord: Equatable {
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

    /// What becomes of a permit that comes back.
    enum Return: Equatable {
        /// Nobody waits, or there are more in flight than a lowered limit allows.
        case freed(PermitWord)
        /// It passes to the oldest ticket.
        case passedOn(PermitWord)
    }

    func returning(limit: Int) -> Return {
        precondition(inFlight > 0, "a permit came back that was never given")
        guard waiting > 0, inFlight <= limit else {
            return .freed(PermitWord(inFlight: inFlight - 1, waiting: waiting))
        }
        return .passedOn(PermitWord(inFlight: inFlight, waiting: waiting - 1))
    }

    /// A ticket gets a permit that a raised limit made, or nil when there is none to give.
    func granting(limit: Int) -> PermitWord? {
        guard waiting > 0, inFlight < limit else { return nil }
        return PermitWord(inFlight: inFlight + 1, waiting: waiting - 1)
    }
}
