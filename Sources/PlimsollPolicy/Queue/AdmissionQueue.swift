import PlimsollCore

/// The requests that wait for a permit of one upstream: bounded, ordered by class and discipline.
///
/// Higher classes first, within a class first attempts before later ones, within those the lanes
/// of tenants in turn, within a lane by the discipline. Every sixteenth permit, while several
/// classes wait, goes to the lowest of them: none starves.
///
/// It decides and nothing else. The longest wait is a timer of the loops, which take their tickets
/// out with ``remove(_:at:)``; whoever holds a permit to give asks ``dequeue(_:at:dropped:)``.
public struct AdmissionQueue: ~Copyable {
    /// The lowest class that waits gets one permit of so many.
    public static var trickle: Int { 16 }
    /// A wait of six tenths of the service time: with as many waiting as that makes, the upstream
    /// has always something to do, and the tail of wait and service together stays within twice
    /// the tail of the service alone. Simulated with lognormal and bimodal service times, from
    /// four tenths (capacity is lost) to once (the tail grows).
    private static var targetPercent: Int64 { 60 }
    /// Below this, waits are made by our own loops' turns.
    private static var targetMinimum: Int64 { 5_000_000 }
    /// A burst may wait so many targets. At nine tenths of the load, waits of six service times
    /// come once in thousands of requests.
    private static var burstTargets: Int64 { 10 }
    /// What a class may wait while lower ones are overloaded, and a tenant that asks for little
    /// while others are: the upstream is full for certain, so this is no burst, but it is not
    /// they who fill it.
    private static var bystanderTargets: Int64 { 4 }
    /// During an overload a ticket as old as a burst may get has met a stall: from there on the
    /// newest go first, and at twice that age they are dropped. Whoever sent them has more use
    /// for a refusal.
    private static var staleTargets: Int64 { 2 * burstTargets }

    private var tickets: TicketLanes
    private var discipline: QueueDiscipline
    private var configuredTarget: Int64?
    private var intervalNanoseconds: Int64
    /// The longest wait that the loops allow.
    private var patienceNanoseconds: Int64
    /// Most tickets at once. Lowering it below ``count`` evicts nobody.
    public private(set) var capacity: Int
    private var pace = ReleasePace()
    private var gauge = OverloadGauge()
    private var delays = DelayControl()
    private var split = GrantSplit()
    /// Permits that passed by somebody of a lower class since one did not.
    private var grantsSinceTrickle = 0
    private var evicted = 0
    private var dropped = 0
    private var refusedEarly = 0

    /// - Parameters:
    ///   - capacity: most tickets at once; 0 to ``BulkheadSettings/countMaximum``.
    ///   - patience: the longest wait that the loops allow.
    public init(
        capacity: Int, settings: QueueSettings = .standard,
        patience: Duration = BulkheadSettings.standard.queueTimeout
    ) {
        Self.check(capacity)
        self.capacity = capacity
        tickets = TicketLanes(capacity: capacity)
        discipline = settings.discipline
        configuredTarget = settings.target?.wholeNanoseconds
        intervalNanoseconds = settings.interval.wholeNanoseconds
        patienceNanoseconds = patience.wholeNanoseconds
    }

    /// Other settings; whoever waits goes on waiting.
    public mutating func reconfigure(_ settings: QueueSettings, patience: Duration) {
        if discipline != settings.discipline {
            gauge = OverloadGauge()
            delays = DelayControl()
        }
        discipline = settings.discipline
        configuredTarget = settings.target?.wholeNanoseconds
        intervalNanoseconds = settings.interval.wholeNanoseconds
        patienceNanoseconds = patience.wholeNanoseconds
    }

    /// Changes the bound. Below ``count`` nobody is sent away: the queue is full until enough
    /// have left.
    public mutating func resize(capacity: Int) {
        Self.check(capacity)
        self.capacity = capacity
        tickets.reserve(capacity)
    }

    private static func check(_ capacity: Int) {
        precondition(capacity >= 0, "a queue cannot hold fewer than no tickets")
        precondition(
            capacity <= BulkheadSettings.countMaximum, "a queue is bounded by its settings")
    }

    /// Tickets that wait now.
    public var count: Int { tickets.count }
    public var isEmpty: Bool { tickets.count == 0 }
    public var isFull: Bool { tickets.count >= capacity }

    /// The rank that is served last of those that wait, from 0; nil when nobody waits. An arrival
    /// of a lower rank may take a place in a full queue.
    public var lowestRank: UInt8? { tickets.last?.rawValue }

    /// The rank of a ticket, from 0, which is served first.
    public static func rank(of ticket: Ticket) -> UInt8 { QueueRank(ticket).rawValue }

    // MARK: Arriving

    /// What an arrival that finds no permit is told.
    public enum Offer: Equatable, Sendable {
        case queued(TicketID)
        /// It takes the place of another, whose loop must be told.
        case queuedEvicting(TicketID, EndedTicket)
        case refused(ShedReason)
    }

    /// Takes the ticket in, unless it would wait in vain.
    public mutating func offer(
        _ ticket: Ticket, _ conditions: QueueConditions, at now: Instant
    ) -> Offer {
        guard capacity > 0 else { return .refused(.noQueue) }
        if isDoomed(ticket, conditions, now) { return .refused(.deadlineUnmeetable) }
        if discipline == .adaptive, refuses(ticket, conditions, now) {
            refusedEarly += 1
            return .refused(.queueFull)
        }
        guard isFull else { return .queued(take(ticket, at: now)) }
        guard let victim = evict(for: ticket, at: now) else { return .refused(.queueFull) }
        return .queuedEvicting(
            take(ticket, at: now), EndedTicket(ticket: victim, end: .dropped(.evicted)))
    }

    private mutating func take(_ ticket: Ticket, at now: Instant) -> TicketID {
        if isEmpty { pace.begin(at: now) }
        gauge.queued(ticket.priority)
        return TicketID(place: tickets.append(ticket))
    }

    /// Whether its deadline comes before an answer could.
    private func isDoomed(
        _ ticket: Ticket, _ conditions: QueueConditions, _ now: Instant
    ) -> Bool {
        ticket.deadline != .distantFuture
            && ticket.deadline.nanoseconds(since: now) <= conditions.fastLatencyNanoseconds
    }

    /// Whether the ticket would wait longer than its class may now. One may always wait: an
    /// upstream whose next request is not at hand idles.
    private mutating func refuses(
        _ ticket: Ticket, _ conditions: QueueConditions, _ now: Instant
    ) -> Bool {
        gauge.advance(
            to: now, released: conditions.released, intervalNanoseconds: intervalNanoseconds)
        let ahead = tickets.ahead(of: ticket)
        let each = pace.nanosecondsEach(conditions, at: now)
        guard ahead > 0, each > 0 else { return false }
        let wait = Int64(ahead + 1).multipliedReportingOverflow(
            by: each * 100 / split.percentLeft(for: ticket.priority))
        let target = target(conditions, each)
        let isTooLong = { (bound: Int64) in wait.overflow || wait.partialValue > bound }
        if gauge.isOverloaded(ticket.priority) {
            let isBystander = ticket.tenant != 0 && tickets.isLight(ticket, at: now)
            guard
                isTooLong(
                    isBystander
                        ? Self.bystanderTargets * target : target)
            else { return false }
        } else if isTooLong(min(Self.burstTargets * target, patienceNanoseconds)) {
            gauge.overloaded(ticket.priority, released: conditions.released, at: now)
        } else {
            return gauge.isOverloaded(.background) && isTooLong(Self.bystanderTargets * target)
        }
        gauge.refused(ticket.priority)
        return true
    }

    /// The wait that costs nobody anything.
    private func target(_ conditions: QueueConditions, _ each: Int64) -> Int64 {
        if let configuredTarget { return configuredTarget }
        // Without word of the upstream's own latency: a full house passes through in just that.
        let latency =
            conditions.fastLatencyNanoseconds > 0
            ? conditions.fastLatencyNanoseconds
            : min(each, Self.paceMaximum) * Int64(max(1, conditions.limit))
        return max(Self.targetMinimum, latency / 100 * Self.targetPercent)
    }

    /// A second from one release to the next is as slow as an estimate needs to know.
    private static var paceMaximum: Int64 { 1_000_000_000 }

    /// Makes room for the ticket if somebody who waits matters less: the youngest of the lowest
    /// class, or of the tenant that takes more than its share of the queue.
    private mutating func evict(for ticket: Ticket, at now: Instant) -> Ticket? {
        guard let last = tickets.last else { return nil }
        let isHigher = QueueRank(ticket) < last
        guard isHigher || (QueueRank(ticket) == last && tickets.isBelowShare(ticket)) else {
            return nil
        }
        let victim = tickets.popYoungest(last)
        evicted += 1
        noteLeft(victim, at: now)
        return victim
    }

    // MARK: Leaving

    /// Takes out the ticket whose turn it is. What would be served in vain is dropped on the way.
    /// - Parameter dropped: gets the tickets that were dropped; their loops must be told.
    public mutating func dequeue(
        _ conditions: QueueConditions, at now: Instant, dropped: inout [EndedTicket]
    ) -> Ticket? {
        if !isEmpty { pace.release(at: now) }
        while let rank = nextRank() {
            dropStale(rank, conditions, now, &dropped)
            guard tickets.count(rank) > 0 else { continue }
            let ticket = tickets.popInTurn(rank, newestFirst: servesNewest(rank, conditions, now))
            noteLeft(ticket, at: now)
            if isDoomed(ticket, conditions, now) {
                drop(ticket, .deadlineUnmeetable, &dropped)
                continue
            }
            noteGrant(rank)
            return ticket
        }
        return nil
    }

    /// The first rank, or the last when its turn has come.
    private func nextRank() -> QueueRank? {
        grantsSinceTrickle >= Self.trickle - 1 ? tickets.last : tickets.first
    }

    private mutating func noteGrant(_ rank: QueueRank) {
        split.count(rank.priority)
        let passesBy = tickets.last.map { $0.priority > rank.priority } ?? false
        grantsSinceTrickle = passesBy ? grantsSinceTrickle + 1 : 0
    }

    private mutating func dropStale(
        _ rank: QueueRank, _ conditions: QueueConditions, _ now: Instant,
        _ dropped: inout [EndedTicket]
    ) {
        let bound = waitMaximum(rank, conditions, now)
        while let ticket = tickets.front(rank) {
            let isDoomed = isDoomed(ticket, conditions, now)
            guard isDoomed || now.nanoseconds(since: ticket.enqueuedAt) > bound else { return }
            _ = tickets.dropFront(rank)
            noteLeft(ticket, at: now)
            drop(ticket, isDoomed ? .deadlineUnmeetable : .queueTimeout, &dropped)
        }
    }

    private mutating func drop(
        _ ticket: Ticket, _ reason: ShedReason, _ dropped: inout [EndedTicket]
    ) {
        self.dropped += 1
        dropped.append(EndedTicket(ticket: ticket, end: .dropped(reason)))
    }

    /// How old a ticket may be and still be served.
    private mutating func waitMaximum(
        _ rank: QueueRank, _ conditions: QueueConditions, _ now: Instant
    ) -> Int64 {
        switch discipline {
        case .fifo, .lifo:
            return .max
        case .adaptive:
            guard gauge.isOverloaded(rank.priority) else { return .max }
            return Self.staleTargets
                * target(conditions, pace.nanosecondsEach(conditions, at: now))
        case .controlledDelay:
            let target = target(conditions, pace.nanosecondsEach(conditions, at: now))
            if let front = tickets.front(rank) {
                delays.observe(
                    waitNanoseconds: now.nanoseconds(since: front.enqueuedAt), target: target,
                    interval: intervalNanoseconds, at: now)
            }
            return delays.isOverloaded ? 2 * target : .max
        }
    }

    private func servesNewest(
        _ rank: QueueRank, _ conditions: QueueConditions, _ now: Instant
    ) -> Bool {
        switch discipline {
        case .fifo, .controlledDelay:
            return false
        case .lifo:
            return true
        case .adaptive:
            guard gauge.isOverloaded(rank.priority), let front = tickets.front(rank) else {
                return false
            }
            let target = target(conditions, pace.nanosecondsEach(conditions, at: now))
            return now.nanoseconds(since: front.enqueuedAt) > Self.burstTargets * target
        }
    }

    /// Takes a ticket out wherever it stands; nil when it has left already, which means that a
    /// permit, or the news of its end, is on its way to its loop.
    public mutating func remove(_ id: TicketID, at now: Instant) -> Ticket? {
        guard let ticket = tickets.remove(id.place) else { return nil }
        noteLeft(ticket, at: now)
        return ticket
    }

    /// Whether this ticket still waits.
    public func contains(_ id: TicketID) -> Bool {
        tickets.contains(id.place)
    }

    private mutating func noteLeft(_ ticket: Ticket, at now: Instant) {
        let occupied = tickets.occupied
        gauge.left(ticket.priority, at: now) { TicketLanes.waits(through: $0, occupied) }
        if isEmpty {
            pace.end(at: now)
            delays.emptied()
        }
    }

    // MARK: Watching

    /// How long the oldest ticket has waited, in nanoseconds; 0 when nobody waits. Never negative:
    /// another loop's clock reading may be a turn older than the ticket.
    public func oldestWaitNanoseconds(at now: Instant) -> Int64 {
        guard let oldest = tickets.oldest else { return 0 }
        return max(0, now.nanoseconds(since: oldest.enqueuedAt))
    }

    public func snapshot(at now: Instant) -> QueueSnapshot {
        QueueSnapshot(
            waiting: Priority.allCases.map { tickets.count($0) },
            oldestWaitNanoseconds: oldestWaitNanoseconds(at: now),
            overloadedFrom: gauge.overloadedFrom(at: now, intervalNanoseconds),
            evicted: evicted, dropped: dropped, refusedEarly: refusedEarly)
    }
}
