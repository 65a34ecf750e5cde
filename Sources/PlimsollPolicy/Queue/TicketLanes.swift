import PlimsollCore

/// Tickets by rank, and within a rank in lanes that take turns.
///
/// A rank has one lane for everybody, and, once a tenant shows up, many that tenants are dealt
/// to: each tenant's hash names two of them and its tickets join the shorter. One tenant's flood
/// fills its two lanes and no other, and whoever shares one of them has another (shuffle
/// sharding). So memory is bounded whatever the number of tenants, and lanes that take turns are
/// deficit round robin where every ticket costs the same.
///
/// All tickets lie in one array of places, linked within their lane; every verb but
/// ``popYoungest(_:)`` and ``oldest`` is O(1).
struct TicketLanes: ~Copyable {
    /// Lanes of a rank that tenants are dealt to. Two tenants share both of theirs once in 8,128.
    static var tenantLanes: Int { 128 }

    private struct Node {
        var ticket: Ticket
        var generation: UInt32 = 0
        var previous: UInt32 = .max
        /// The next ticket of the lane, or the next vacant place.
        var next: UInt32 = .max
        /// `.max` when vacant.
        var lane: UInt16 = .max

        init(ticket: Ticket) {
            self.ticket = ticket
        }
    }

    private struct Lane {
        var front: UInt32 = .max
        var back: UInt32 = .max
        var count = 0
        /// Arrivals, those of each older half second counting half as much.
        var arrivals = FadingCount()
        /// Neighbours in the round of lanes that hold tickets.
        var before: UInt16 = .max
        var after: UInt16 = .max
    }

    private struct Rank {
        var count = 0
        /// Lanes that hold tickets.
        var lanes = 0
        /// The lane whose turn it is.
        var turn: UInt16 = .max
        /// The most arrivals that one lane had of late.
        var busiest = FadingCount()
    }

    /// A count that halves each half second.
    private struct FadingCount {
        private var count = 0
        private var span: Int64 = 0

        mutating func add(_ number: Int, at now: Instant) -> Int {
            fade(to: now)
            count += number
            return count
        }

        mutating func raise(to number: Int, at now: Instant) {
            fade(to: now)
            count = max(count, number)
        }

        private mutating func fade(to now: Instant) {
            let current = now.nanoseconds >> 29
            count >>= Int(min(62, max(0, current - span)))
            span = max(span, current)
        }
    }

    private var nodes: [Node] = []
    private var firstVacant: UInt32 = .max
    /// The lanes for everybody, one a rank; behind them those of tenants, rank by rank.
    private var lanes = [Lane](repeating: Lane(), count: QueueRank.count)
    private var ranks = [Rank](repeating: Rank(), count: QueueRank.count)
    /// One bit for each rank that holds tickets.
    private(set) var occupied: UInt8 = 0
    private(set) var count = 0

    init(capacity: Int) {
        nodes.reserveCapacity(capacity)
    }

    mutating func reserve(_ capacity: Int) {
        nodes.reserveCapacity(capacity)
    }

    // MARK: Looking

    /// The rank served first, of those that hold tickets.
    var first: QueueRank? {
        occupied == 0 ? nil : QueueRank(rawValue: UInt8(occupied.trailingZeroBitCount))
    }

    /// The rank served last.
    var last: QueueRank? {
        occupied == 0 ? nil : QueueRank(rawValue: UInt8(7 - occupied.leadingZeroBitCount))
    }

    func count(_ rank: QueueRank) -> Int { ranks[Int(rank.rawValue)].count }

    func count(_ priority: Priority) -> Int {
        ranks[2 * Int(priority.rawValue)].count + ranks[2 * Int(priority.rawValue) + 1].count
    }

    /// Whether anybody of this class, or of one before it, waits.
    /// - Parameter occupied: the ranks that hold tickets.
    static func waits(through priority: Priority, _ occupied: UInt8) -> Bool {
        occupied & (UInt8.max >> (6 - 2 * priority.rawValue)) != 0
    }

    /// The oldest ticket of the lane whose turn it is.
    func front(_ rank: QueueRank) -> Ticket? {
        let turn = ranks[Int(rank.rawValue)].turn
        guard turn != .max else { return nil }
        return nodes[Int(lanes[Int(turn)].front)].ticket
    }

    /// At most this many are served before the ticket if it joins now.
    func ahead(of ticket: Ticket) -> Int {
        let own = QueueRank(ticket)
        var ahead = 0
        for rank in 0..<Int(own.rawValue) { ahead += ranks[rank].count }
        let rank = ranks[Int(own.rawValue)]
        let lane = lane(of: ticket)
        let length = lane < lanes.count ? lanes[lane].count : 0
        let others = rank.lanes - (length > 0 ? 1 : 0)
        return ahead + min(rank.count, length + (length + 1) * others)
    }

    /// The longest waiting of all. Walks the lanes; for who reads metrics.
    var oldest: Ticket? {
        var oldest: Ticket?
        for lane in lanes where lane.count > 0 {
            let ticket = nodes[Int(lane.front)].ticket
            if ticket.enqueuedAt < oldest?.enqueuedAt ?? .distantFuture { oldest = ticket }
        }
        return oldest
    }

    func contains(_ place: Handle) -> Bool {
        guard Int(place.index) < nodes.count else { return false }
        let node = nodes[Int(place.index)]
        return node.lane != .max && node.generation == place.generation
    }

    /// Whether the ticket's tenant holds less than its share of a queue of its rank, so that
    /// another's ticket may have to go for it.
    func isBelowShare(_ ticket: Ticket) -> Bool {
        let rank = ranks[Int(QueueRank(ticket).rawValue)]
        let lane = lane(of: ticket)
        let length = lane < lanes.count ? lanes[lane].count : 0
        return (length + 1) * (rank.lanes + (length == 0 ? 1 : 0)) < rank.count
    }

    /// Counts an arrival, and tells whether its tenant asks for little beside another: a quarter
    /// of what the busiest lane has seen of late.
    mutating func isLight(_ ticket: Ticket, at now: Instant) -> Bool {
        let rank = Int(QueueRank(ticket).rawValue)
        let lane = lane(of: ticket)
        guard ticket.tenant != 0, lane < lanes.count else { return false }
        let own = lanes[lane].arrivals.add(1, at: now)
        ranks[rank].busiest.raise(to: own, at: now)
        return own * 4 <= ranks[rank].busiest.add(0, at: now)
    }

    // MARK: Coming and going

    /// Takes the last place of its lane.
    mutating func append(_ ticket: Ticket) -> Handle {
        if ticket.tenant != 0 && lanes.count == QueueRank.count {
            lanes += [Lane](repeating: Lane(), count: QueueRank.count * Self.tenantLanes)
        }
        let lane = lane(of: ticket)
        let index = occupy(ticket, lane)
        let back = lanes[lane].back
        nodes[Int(index)].previous = back
        if back == .max { lanes[lane].front = index } else { nodes[Int(back)].next = index }
        lanes[lane].back = index
        lanes[lane].count += 1
        if lanes[lane].count == 1 { joinRound(lane, QueueRank(ticket)) }
        ranks[Int(QueueRank(ticket).rawValue)].count += 1
        occupied |= 1 << QueueRank(ticket).rawValue
        count += 1
        return Handle(index: index, generation: nodes[Int(index)].generation)
    }

    mutating func remove(_ place: Handle) -> Ticket? {
        contains(place) ? vacate(place.index) : nil
    }

    /// Serves the lane whose turn it is; then it is the next one's.
    mutating func popInTurn(_ rank: QueueRank, newestFirst: Bool) -> Ticket {
        let lane = Int(ranks[Int(rank.rawValue)].turn)
        let after = lanes[lane].after
        let ticket = vacate(newestFirst ? lanes[lane].back : lanes[lane].front)
        if lanes[lane].count > 0 { ranks[Int(rank.rawValue)].turn = after }
        return ticket
    }

    /// Takes out the oldest ticket of the lane whose turn it is; the turn stays.
    mutating func dropFront(_ rank: QueueRank) -> Ticket {
        vacate(lanes[Int(ranks[Int(rank.rawValue)].turn)].front)
    }

    /// Takes out the youngest ticket of the rank's longest lane.
    mutating func popYoungest(_ rank: QueueRank) -> Ticket {
        let start = Int(ranks[Int(rank.rawValue)].turn)
        var longest = start
        var lane = Int(lanes[start].after)
        while lane != start {
            if lanes[lane].count > lanes[longest].count { longest = lane }
            lane = Int(lanes[lane].after)
        }
        return vacate(lanes[longest].back)
    }

    // MARK: Lanes

    /// The lane that a ticket belongs into: everybody's, or the shorter of its tenant's two.
    private func lane(of ticket: Ticket) -> Int {
        let rank = Int(QueueRank(ticket).rawValue)
        guard ticket.tenant != 0 else { return rank }
        let start = QueueRank.count + rank * Self.tenantLanes
        let first = Int(ticket.tenant) % Self.tenantLanes
        let step = 1 + Int(ticket.tenant) / Self.tenantLanes % (Self.tenantLanes - 1)
        let second = (first + step) % Self.tenantLanes
        guard start + first < lanes.count, start + second < lanes.count else {
            return start + first
        }
        return lanes[start + second].count < lanes[start + first].count
            ? start + second : start + first
    }

    private func rank(ofLane lane: Int) -> Int {
        lane < QueueRank.count ? lane : (lane - QueueRank.count) / Self.tenantLanes
    }

    /// A lane that was empty takes its turn after all others.
    private mutating func joinRound(_ lane: Int, _ rank: QueueRank) {
        let rank = Int(rank.rawValue)
        ranks[rank].lanes += 1
        let turn = Int(ranks[rank].turn)
        guard turn != Int(UInt16.max) else {
            lanes[lane].before = UInt16(lane)
            lanes[lane].after = UInt16(lane)
            ranks[rank].turn = UInt16(lane)
            return
        }
        let before = lanes[turn].before
        lanes[lane].before = before
        lanes[lane].after = UInt16(turn)
        lanes[Int(before)].after = UInt16(lane)
        lanes[turn].before = UInt16(lane)
    }

    private mutating func leaveRound(_ lane: Int, _ rank: Int) {
        ranks[rank].lanes -= 1
        guard ranks[rank].lanes > 0 else {
            ranks[rank].turn = .max
            return
        }
        let before = lanes[lane].before
        let after = lanes[lane].after
        lanes[Int(before)].after = after
        lanes[Int(after)].before = before
        if Int(ranks[rank].turn) == lane { ranks[rank].turn = after }
    }

    // MARK: Places

    private mutating func occupy(_ ticket: Ticket, _ lane: Int) -> UInt32 {
        guard firstVacant != .max else {
            nodes.append(Node(ticket: ticket))
            nodes[nodes.count - 1].lane = UInt16(lane)
            return UInt32(nodes.count - 1)
        }
        let index = firstVacant
        firstVacant = nodes[Int(index)].next
        nodes[Int(index)].ticket = ticket
        nodes[Int(index)].previous = .max
        nodes[Int(index)].next = .max
        nodes[Int(index)].lane = UInt16(lane)
        return index
    }

    private mutating func vacate(_ index: UInt32) -> Ticket {
        let node = nodes[Int(index)]
        precondition(node.lane != .max, "a ticket left its queue twice")
        let lane = Int(node.lane)
        if node.previous == .max {
            lanes[lane].front = node.next
        } else {
            nodes[Int(node.previous)].next = node.next
        }
        if node.next == .max {
            lanes[lane].back = node.previous
        } else {
            nodes[Int(node.next)].previous = node.previous
        }
        lanes[lane].count -= 1
        let rank = rank(ofLane: lane)
        ranks[rank].count -= 1
        if lanes[lane].count == 0 { leaveRound(lane, rank) }
        if ranks[rank].count == 0 { occupied &= ~(1 << UInt8(rank)) }
        nodes[Int(index)].lane = .max
        nodes[Int(index)].generation = (node.generation &+ 1) & 0xFF_FFFF
        nodes[Int(index)].next = firstVacant
        firstVacant = index
        count -= 1
        return node.ticket
    }
}
