/// Deadlines of one loop: set, moved and cancelled in constant time, without allocation once the
/// table has grown to the most timers ever set at once.
///
/// A timer expires never before its deadline and at most one tick (2^20 ns, 1.05 ms) after it.
/// There are no callbacks: a timer carries its owner's number, and the loop asks for what expired.
///
/// Four levels of 256 slots. A timer lies at the level of the highest byte in which its tick
/// differs from the current one, in the slot which that byte names; what differs above the fourth
/// byte (52 days) waits in one far list. So whatever lies at a lower level is due before anything
/// above it, within a level slots are due in ascending order, and a bitmap finds the next one.
/// When time reaches a slot of an upper level its timers are dealt to the levels below.
///
/// The lists are circular and doubly linked through one array, whose first places are the lists'
/// own ends; a timer that never expires is a circle of its own.
public struct TimerWheel: ~Copyable {
    struct Node {
        var owner: UInt64
        /// The first tick at which the timer may be handed out; `vacant` in the free list.
        var tick: Int64
        var previous: UInt32
        var next: UInt32
    }

    static var levels: Int { 4 }
    static var slots: Int { 256 }
    /// A millisecond and a bit: no timeout of a proxy is finer, and a shift finds the tick.
    static var tickShift: Int64 { 20 }
    /// The list of what has expired and was not handed out yet.
    static var due: UInt32 { 1024 }
    /// The list of what is too far away for the top level.
    static var far: UInt32 { 1025 }
    static var firstTimer: UInt32 { 1026 }
    static var vacant: Int64 { .min }
    static var never: Int64 { .max }

    var nodes: [Node]
    /// 256 bits for each level: which slots hold anything.
    var occupied: InlineArray<16, UInt64>
    var firstFree: UInt32 = .max
    /// Everything up to and including this tick has expired.
    var current: Int64
    /// Timers that are set, those that never expire included.
    public private(set) var count: Int = 0

    public init(start: Instant) {
        current = start.nanoseconds >> Self.tickShift
        occupied = InlineArray(repeating: 0)
        nodes = (0..<Self.firstTimer).map { place in
            Node(owner: 0, tick: Self.never, previous: place, next: place)
        }
    }

    /// Sets a timer. An instant that has passed expires at the next call of ``expired(at:)``,
    /// `distantFuture` never.
    public mutating func schedule(owner: UInt64, at deadline: Instant) -> TimerID {
        let node: UInt32
        if firstFree != .max {
            node = firstFree
            firstFree = nodes[Int(node)].next
        } else {
            node = UInt32(nodes.count)
            nodes.append(Node(owner: 0, tick: Self.vacant, previous: node, next: node))
        }
        let tick = Self.tick(for: deadline)
        nodes[Int(node)].owner = owner
        nodes[Int(node)].tick = tick
        place(node, tick: tick)
        count += 1
        return TimerID(node: node)
    }

    /// Moves a timer that is set.
    public mutating func reschedule(_ timer: TimerID, at deadline: Instant) {
        let node = checked(timer)
        let tick = Self.tick(for: deadline)
        if nodes[Int(node)].tick == tick { return }
        unlink(node)
        nodes[Int(node)].tick = tick
        place(node, tick: tick)
    }

    /// Takes a timer out that is set; ``TimerID/none`` is ignored.
    public mutating func cancel(_ timer: TimerID) {
        if timer == .none { return }
        let node = checked(timer)
        unlink(node)
        vacate(node)
    }

    /// The owner of a timer whose deadline has come; the timer is gone with that. Call until nil.
    /// Timers come in the order of their ticks.
    public mutating func expired(at now: Instant) -> UInt64? {
        let due = Int(Self.due)
        if nodes[due].next == Self.due {
            advance(to: now.nanoseconds >> Self.tickShift)
            if nodes[due].next == Self.due { return nil }
        }
        let node = nodes[due].next
        unlink(node)
        let owner = nodes[Int(node)].owner
        vacate(node)
        return owner
    }

    /// When to ask ``expired(at:)`` next: no timer expires before. Nothing may have expired then
    /// either, when time only reaches a slot of an upper level; `distantFuture` without timers.
    public var nextDeadline: Instant {
        let tick = nodes[Int(Self.due)].next == Self.due ? nextEvent().tick : current
        if tick > Int64.max >> Self.tickShift { return .distantFuture }
        return Instant(nanoseconds: tick << Self.tickShift)
    }

    /// The first tick that begins at the deadline or after it.
    private static func tick(for deadline: Instant) -> Int64 {
        if deadline == .distantFuture { return never }
        let whole = deadline.nanoseconds >> tickShift
        return whole << tickShift == deadline.nanoseconds ? whole : whole + 1
    }

    private func checked(_ timer: TimerID) -> UInt32 {
        precondition(
            timer.node >= Self.firstTimer && Int(timer.node) < nodes.count
                && nodes[Int(timer.node)].tick != Self.vacant,
            "a timer was used that is no longer set")
        return timer.node
    }

    private mutating func vacate(_ node: UInt32) {
        nodes[Int(node)].tick = Self.vacant
        nodes[Int(node)].next = firstFree
        firstFree = node
        count -= 1
    }

    // MARK: Time moves

    /// The next tick at which a list has to be looked at, and that list.
    private func nextEvent() -> (tick: Int64, list: UInt32) {
        for level in 0..<Self.levels {
            guard let slot = firstOccupied(level: level) else { continue }
            let shift = Int64(8 * level)
            // The tick with this level's byte replaced and those below it cleared.
            let above = (current >> (shift + 8)) << (shift + 8)
            let tick = above | Int64(slot) << shift
            return (tick, UInt32(level * Self.slots + slot))
        }
        if nodes[Int(Self.far)].next == Self.far { return (Self.never, Self.far) }
        return ((current >> 32 + 1) << 32, Self.far)
    }

    private func firstOccupied(level: Int) -> Int? {
        // Slots at or below the current one are empty: see the type.
        for word in level * 4..<level * 4 + 4 where occupied[word] != 0 {
            return (word - level * 4) * 64 + occupied[word].trailingZeroBitCount
        }
        return nil
    }

    /// Moves on to `target`, or to the first tick at which something expires.
    private mutating func advance(to target: Int64) {
        while current < target {
            let event = nextEvent()
            guard event.tick <= target else {
                current = target
                return
            }
            current = event.tick
            deal(event.list)
            if nodes[Int(Self.due)].next != Self.due { return }
        }
    }

    /// Places every timer of a list anew, seen from the current tick.
    private mutating func deal(_ list: UInt32) {
        // The list is cut off first: a far timer may go back to the end of the same list.
        let last = nodes[Int(list)].previous
        var node = nodes[Int(list)].next
        nodes[Int(list)].next = list
        nodes[Int(list)].previous = list
        clearOccupied(list)
        while true {
            let next = nodes[Int(node)].next
            place(node, tick: nodes[Int(node)].tick)
            if node == last { return }
            node = next
        }
    }

    // MARK: Lists

    /// Puts an unlinked timer where it belongs, seen from the current tick.
    private mutating func place(_ node: UInt32, tick: Int64) {
        if tick == Self.never {
            nodes[Int(node)].previous = node
            nodes[Int(node)].next = node
            return
        }
        if tick <= current { return link(node, to: Self.due) }
        let level = (63 - (tick ^ current).leadingZeroBitCount) / 8
        if level >= Self.levels { return link(node, to: Self.far) }
        let slot = Int(truncatingIfNeeded: tick >> Int64(8 * level)) & 255
        occupied[level * 4 + slot / 64] |= 1 << UInt64(slot % 64)
        link(node, to: UInt32(level * Self.slots + slot))
    }

    private mutating func link(_ node: UInt32, to list: UInt32) {
        let last = nodes[Int(list)].previous
        nodes[Int(node)].previous = last
        nodes[Int(node)].next = list
        nodes[Int(last)].next = node
        nodes[Int(list)].previous = node
    }

    private mutating func unlink(_ node: UInt32) {
        let (previous, next) = (nodes[Int(node)].previous, nodes[Int(node)].next)
        nodes[Int(previous)].next = next
        nodes[Int(next)].previous = previous
        // Both neighbours are the list's end: that was its last timer.
        if previous == next { clearOccupied(next) }
    }

    private mutating func clearOccupied(_ list: UInt32) {
        guard list < Self.due else { return }
        occupied[Int(list) / 64] &= ~(1 << UInt64(list % 64))
    }
}
