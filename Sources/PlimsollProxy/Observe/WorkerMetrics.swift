import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Synchronization

/// The counters of one loop. The loop alone writes; whoever reads sees each counter whole, and
/// none of them ahead of what has happened.
///
/// A single writer needs no atomic addition: a relaxed load and a relaxed store cost a tenth of it.
///
/// Unsafe pointers: `cells` holds one atomic an event, `gauges` one a connection state, both for
/// the object's life.
public final class WorkerMetrics: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let gauges: UnsafeMutablePointer<Atomic<Int>>
    private let news: ControlBell
    /// What the loop decided of late about requests that did not simply pass.
    let decisions: DecisionRing
    /// A wait for a permit from which on it leaves a record.
    let explainedWaitNanoseconds: Int64
    private let lastTurn = Atomic<Int64>(0)
    /// Tells the loop's processor time while it runs.
    private let processor = Mutex<ThreadClock?>(nil)
    /// Its processor time when it ended.
    private let busyAtEnd = Atomic<Int64>(0)
    private let share = Mutex(LoopShare())
    /// Loop lag: a histogram of its own.
    private let lag = CounterTable(cellsPerRow: MetricLayout.histogramCells)
    let routes = CounterTable(cellsPerRow: MetricLayout.Route.cellsPerRow)
    let upstreams = CounterTable(cellsPerRow: MetricLayout.Upstream.cellsPerRow)
    let strainGauge = StrainGauge()
    private let buckets = LatencyBuckets()

    /// - Parameters:
    ///   - news: rung when something was counted that operators want to know.
    ///   - explain: what is kept of decisions.
    public init(news: ControlBell = ControlBell(), explain: ExplainSettings = ExplainSettings()) {
        self.news = news
        decisions = DecisionRing(capacity: explain.records)
        explainedWaitNanoseconds = explain.wait.wholeNanoseconds
        // A reason without a counter of its own would count as something else.
        precondition(
            EndReason.all.enumerated().allSatisfy { $0 == $1.position },
            "the places of the reasons do not follow their enumerations")
        precondition(
            EndReason.count <= MetricLayout.Upstream.reasonCount, "there are more reasons than room"
        )
        precondition(
            RetryReason.allCases.count == MetricLayout.Upstream.retryReasonCount
                && RetryDenial.allCases.count == MetricLayout.Upstream.denialCount,
            "the table has not one place for each reason to retry or not to")
        precondition(
            BreakerScope.allCases.count == MetricLayout.Upstream.breakerScopeCount,
            "each scope of breakers has a counter")
        cells = .allocate(capacity: WorkerEvent.allCases.count)
        for index in 0..<WorkerEvent.allCases.count {
            (cells + index).initialize(to: Atomic(0))
        }
        gauges = .allocate(capacity: ConnectionState.allCases.count)
        for index in 0..<ConnectionState.allCases.count {
            (gauges + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        cells.deinitialize(count: WorkerEvent.allCases.count)
        cells.deallocate()
        gauges.deinitialize(count: ConnectionState.allCases.count)
        gauges.deallocate()
    }

    /// The calling thread runs the loop from here on.
    func attachThread() {
        processor.withLock { $0 = ThreadClock.current() }
    }

    /// Processor time that the loop has used so far. Its growth is the loop's busy share.
    public var busyNanoseconds: Int64 {
        processor.withLock { $0?.nanoseconds } ?? busyAtEnd.load(ordering: .relaxed)
    }

    /// Share of a core that the loop used, in millionths, since the reading before that was at
    /// least a second ago.
    func busyMillionths(at now: Instant) -> Int {
        let busy = busyNanoseconds
        return share.withLock { $0.millionths(busy: busy, at: now) }
    }

    /// The thread ends: its clock ends with it.
    func detachThread() {
        busyAtEnd.store(busyNanoseconds, ordering: .relaxed)
        processor.withLock { $0 = nil }
    }

    /// Says how many connections are in a state now.
    @inline(__always)
    func set(_ state: ConnectionState, _ count: Int) {
        gauges[state.rawValue].store(count, ordering: .relaxed)
    }

    /// How many connections are in a state.
    func count(of state: ConnectionState) -> Int {
        gauges[state.rawValue].load(ordering: .relaxed)
    }

    @inline(__always)
    func count(_ event: WorkerEvent) {
        add(event, 1)
    }

    /// Counts what operators want to know of.
    func countNews(_ event: WorkerEvent) {
        count(event)
        ringNews()
    }

    /// Wakes who tells operators, unless that has been done since it last looked.
    private func ringNews() {
        if !news.isRinging { news.ring() }
    }

    @inline(__always)
    func add(_ event: WorkerEvent, _ amount: Int) {
        let cell = cells + event.rawValue
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// The loop is alive: a turn begins.
    @inline(__always)
    func beginTurn(at now: Instant) {
        lastTurn.store(now.nanoseconds, ordering: .relaxed)
        count(.turns)
    }

    /// The loop is alive: a turn begins that was to begin at `due` at the latest. How much later
    /// it does is the loop's lag; a turn that began earlier had work before its time.
    @inline(__always)
    func beginTurn(at now: Instant, due: Instant) {
        beginTurn(at: now)
        if now > due {
            observe(now.nanoseconds(since: due), lag.row(0), 0)
        }
    }

    /// A head was refused before it became an exchange.
    func refused(status: UInt16, _ fault: ClientFault) {
        let row = upstreams.row(0)
        row.add(MetricLayout.Upstream.statuses + MetricLayout.statusClass(status), 1)
        row.add(MetricLayout.Upstream.reasons + EndReason.client(fault).position, 1)
    }

    /// Another attempt follows a failed one.
    func retried(_ reason: RetryReason, of upstream: UpstreamIndex) {
        count(MetricLayout.Upstream.retries + Int(reason.rawValue), of: upstream)
    }

    /// A failed attempt is not made again that might have been, or a hedge is not sent.
    func denied(_ denial: RetryDenial, of upstream: UpstreamIndex) {
        count(MetricLayout.Upstream.denials + Int(denial.rawValue), of: upstream)
    }

    /// A second attempt goes out beside the first.
    func hedged(of upstream: UpstreamIndex) {
        count(MetricLayout.Upstream.hedges, of: upstream)
    }

    /// The second attempt was the one that was answered.
    func hedgeWon(of upstream: UpstreamIndex) {
        count(MetricLayout.Upstream.hedgesWon, of: upstream)
    }

    private func count(_ cell: Int, of upstream: UpstreamIndex) {
        upstreams.row(Self.row(of: upstream)).add(cell, 1)
    }

    /// Counts an exchange that has ended. Once each.
    func record(_ facts: borrowing ExchangeFacts) {
        typealias Layout = MetricLayout.Upstream
        let status = MetricLayout.statusClass(facts.status)
        if facts.route.rawValue != .max {
            routes.row(Int(facts.route.rawValue)).add(MetricLayout.Route.statuses + status, 1)
        }
        let row = upstreams.row(Self.row(of: facts.upstream))
        row.add(Layout.statuses + status, 1)
        row.add(Layout.reasons + facts.reason.position, 1)
        if case .shed(let reason) = facts.reason, reason.isWantOfRoom { ringNews() }
        if facts.attempts > 0 {
            row.add(Layout.attempts, Int(facts.attempts))
            if facts.isReused { row.add(Layout.reused, 1) }
        }
        if let scope = facts.breakerScope {
            row.add(Layout.breakerScopes + Int(scope.rawValue), 1)
        }
        row.add(Layout.receivedBytes, Int(facts.receivedBytes))
        row.add(Layout.sentBytes, Int(facts.sentBytes))
        observe(facts.totalNanoseconds, row, Layout.total)
        if let nanoseconds = facts.upstreamNanoseconds {
            observe(nanoseconds, row, Layout.upstream)
        }
        if let nanoseconds = facts.queueNanoseconds {
            observe(nanoseconds, row, Layout.queue)
        }
    }

    /// The row of ``upstreams`` for an upstream; 0 for none.
    @inline(__always)
    static func row(of upstream: UpstreamIndex) -> Int {
        Int(upstream.rawValue &+ 1)
    }

    @inline(__always)
    private func observe(_ nanoseconds: Int64, _ row: CounterTable.Row, _ start: Int) {
        row.add(start, Int(nanoseconds))
        row.add(start &+ 1 &+ buckets.position(nanoseconds), 1)
    }

    /// Requests of a row that were refused because there was no room for them.
    func shedForWantOfRoom(row: Int) -> Int {
        var sum = 0
        for reason in ShedReason.allCases where reason.isWantOfRoom {
            sum += upstreams.value(
                row: row, MetricLayout.Upstream.reasons + EndReason.shed(reason).position)
        }
        return sum
    }

    /// A counter's value.
    public func value(of event: WorkerEvent) -> Int {
        cells[event.rawValue].load(ordering: .relaxed)
    }

    /// When the loop last began a turn, for the watchdog.
    public var lastTurnAt: Instant { Instant(nanoseconds: lastTurn.load(ordering: .relaxed)) }

    /// What the loop last thought of its own strain. One that sleeps does not think; that it has
    /// no lag then is true all the same.
    func strain(at now: Instant) -> LoopStrain {
        var strain = strainGauge.value
        if now.nanoseconds(since: lastTurnAt) > 1_000_000_000 { strain.lagNanoseconds = 0 }
        return strain
    }

    /// Adds the loop's lag histogram to sums of the same layout.
    func addLag(to sums: inout [Int]) {
        lag.add(row: 0, to: &sums)
    }
}

extension ShedReason {
    /// The upstream has no place for the request, now or in time.
    fileprivate var isWantOfRoom: Bool {
        self == .queueFull || self == .queueTimeout || self == .noQueue
    }
}
