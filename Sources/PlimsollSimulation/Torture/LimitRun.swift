import PlimsollCore
import PlimsollPolicy

/// Plays a scenario with an adaptive limit in virtual time: arrivals by lot, a proxy that lets in
/// what the limit allows and keeps the rest for a moment, newest first, and an upstream of
/// slots with a queue of its own.
public struct LimitRun {
    private enum Event {
        case arrival
        case demand(Double)
        case change(CapacityChange)
        case done(CapacityModel.Work)
        case answer(job: Int, status: UInt16)
        case timeout(job: Int)
        case sliceEnd
    }

    private struct Request {
        let arrivedAt: Instant
        var dispatchedAt = Instant.distantFuture
        var hasWaited = false
        var isOpen = true
    }

    /// From the proxy to the upstream and back.
    private static var roundTrip: Int64 { 300_000 }
    private static var waitingMaximum: Int { 4_096 }
    /// Nobody waits longer for a permit.
    private static var waitMaximum: Int64 { 50_000_000 }
    private static var objective: Int64 { 100_000_000 }
    /// As loops hand their samples over.
    private static var gatherNanoseconds: Int64 { 10_000_000 }
    private static var gatherMaximum: Int { 256 }

    private let scenario: LimitScenario
    private var limit: ConcurrencyLimit
    private var upstream: CapacityModel
    private var calendar = Calendar<Event>()
    private var random: RandomSource
    private var now = Instant(nanoseconds: 0)
    private var requests: [Request] = []
    private var waiting: [Int] = []
    private var inFlight = 0
    private var demand = 0.0
    private var window = SampleWindow()
    private var report: LimitReport
    private var limitSince = Instant(nanoseconds: 0)
    /// The place in the report.
    private var slice = 0

    /// - Parameters:
    ///   - settings: of the limit; `initial` is the scenario's.
    ///   - seed: of chance; the same one gives the same report.
    public init(_ scenario: LimitScenario, algorithm: LimitAlgorithm, seed: UInt64) {
        self.scenario = scenario
        guard
            let settings = try? LimitSettings(
                algorithm: algorithm, initial: scenario.initial, maximum: 1_024)
        else { fatalError("a scenario begins within the limit's bounds") }
        limit = ConcurrencyLimit(settings: settings)
        random = RandomSource(seed: seed)
        upstream = CapacityModel(scenario.capacity, seed: random.next())
        report = LimitReport(seconds: scenario.seconds)
    }

    /// Plays it to its end.
    public mutating func run() -> LimitReport {
        for demand in scenario.demand {
            calendar.add(.demand(demand.requestsPerSecond), at: Self.instant(demand.from))
        }
        for change in scenario.changes {
            calendar.add(.change(change.change), at: Self.instant(change.at))
        }
        calendar.add(.sliceEnd, at: Instant(nanoseconds: LimitReport.sliceNanoseconds))
        let end = Self.instant(scenario.seconds)
        while let next = calendar.removeFirst(), next.time < end {
            now = next.time
            handle(next.event)
        }
        return report
    }

    private static func instant(_ seconds: Double) -> Instant {
        Instant(nanoseconds: Int64(seconds * 1e9))
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .arrival:
            arrive()
        case .demand(let requestsPerSecond):
            if demand == 0 { calendar.add(.arrival, at: now) }
            demand = requestsPerSecond
        case .change(let change):
            for work in upstream.apply(change, at: now) {
                calendar.add(.done(work), at: work.doneAt)
            }
        case .done(let work):
            if let next = upstream.finish(work, at: now) {
                calendar.add(.done(next), at: next.doneAt)
            }
            answer(Int(work.job), work.status)
        case .answer(let job, let status):
            answered(job, status)
        case .timeout(let job):
            timedOut(job)
        case .sliceEnd:
            noteLimit()
            slice += 1
            calendar.add(.sliceEnd, at: now.advanced(byNanoseconds: LimitReport.sliceNanoseconds))
        }
    }

    // MARK: The proxy

    private mutating func arrive() {
        let pause = -ElementaryFunctions.logarithm(1 - random.unitInterval()) / demand
        calendar.add(.arrival, at: now.advanced(byNanoseconds: Int64(pause * 1e9) + 1))
        report.slices[slice].sent += 1
        requests.append(Request(arrivedAt: now))
        waiting.append(requests.count - 1)
        if waiting.count > Self.waitingMaximum {
            // The oldest half, all of which has waited too long at any load worth simulating.
            report.slices[slice].shed += waiting.count / 2
            waiting.removeFirst(waiting.count / 2)
        }
        admit()
    }

    private mutating func admit() {
        while inFlight < limit.limit, let job = waiting.popLast() {
            if now.nanoseconds(since: requests[job].arrivedAt) > Self.waitMaximum {
                // It is the newest that waits: all the others have waited longer.
                report.slices[slice].shed += waiting.count + 1
                waiting.removeAll(keepingCapacity: true)
                return
            }
            dispatch(job)
        }
    }

    private mutating func dispatch(_ job: Int) {
        inFlight += 1
        report.slices[slice].inFlightMaximum = max(
            report.slices[slice].inFlightMaximum, inFlight)
        requests[job].dispatchedAt = now
        requests[job].hasWaited = requests[job].arrivedAt < now
        calendar.add(
            .timeout(job: job),
            at: now.advanced(byNanoseconds: Int64(scenario.timeoutSeconds * 1e9)))
        switch upstream.arrive(UInt64(job), at: now) {
        case .began(let work): calendar.add(.done(work), at: work.doneAt)
        case .waits: break
        case .answered(let status): answer(job, status)
        case .refused, .reset: answer(job, 0)
        }
    }

    private mutating func answer(_ job: Int, _ status: UInt16) {
        calendar.add(
            .answer(job: job, status: status), at: now.advanced(byNanoseconds: Self.roundTrip))
    }

    private mutating func answered(_ job: Int, _ status: UInt16) {
        guard close(job) else { return }
        if status == 200 {
            report.slices[slice].answered += 1
            if now.nanoseconds(since: requests[job].arrivedAt) <= Self.objective {
                report.slices[slice].good += 1
            }
            window.recordAnswer(
                now.nanoseconds(since: requests[job].dispatchedAt),
                hasWaited: requests[job].hasWaited, at: now)
        } else {
            report.slices[slice].failed += 1
            window.recordDrop(at: now)
        }
        released()
    }

    private mutating func timedOut(_ job: Int) {
        guard close(job) else { return }
        report.slices[slice].failed += 1
        window.recordDrop(at: now)
        released()
    }

    private mutating func close(_ job: Int) -> Bool {
        guard requests[job].isOpen else { return false }
        requests[job].isOpen = false
        inFlight -= 1
        return true
    }

    private mutating func released() {
        if window.samples >= Self.gatherMaximum
            || now.nanoseconds(since: window.since) >= Self.gatherNanoseconds
        {
            noteLimit()
            limit.record(window, inFlight: inFlight, ceiling: 1_024, at: now)
            window = SampleWindow()
        }
        admit()
    }

    private mutating func noteLimit() {
        let value = limit.limit
        report.slices[slice].limitMinimum = min(report.slices[slice].limitMinimum, value)
        report.slices[slice].limitMaximum = max(report.slices[slice].limitMaximum, value)
        report.slices[slice].limitIntegral +=
            Double(value) * Double(now.nanoseconds(since: limitSince))
        limitSince = now
    }
}
