import PlimsollCore
import PlimsollPolicy

/// An upstream of so many slots behind a limit and a queue, on virtual time: arrivals by Poisson,
/// service times by lot. What no formula tells about a discipline, a few minutes of this do.
struct QueueSimulation: ~Copyable {
    enum Service {
        /// 25 ms in the mean, sigma 0.5.
        case lognormal
        /// 10 ms, one in ten 160 ms: 25 ms in the mean.
        case bimodal
    }

    struct Source {
        /// Requests a second.
        var rate: Double
        var priority = Priority.standard
        var isRetry = false
        var tenant: UInt32 = 0
    }

    struct Tally {
        var offered = 0
        /// Answered within the objective.
        var good = 0
        var served = 0
        var refused = 0
        /// Sent away after they had waited.
        var dropped = 0
        var latencies: [Int64] = []

        var refusedShare: Double { Double(refused + dropped) / Double(max(1, offered)) }
        var goodShare: Double { Double(good) / Double(max(1, offered)) }

        /// In milliseconds.
        func percentile(_ share: Double) -> Double {
            guard !latencies.isEmpty else { return 0 }
            let sorted = latencies.sorted()
            let place = min(sorted.count - 1, Int(Double(sorted.count) * share))
            return Double(sorted[place]) / 1e6
        }
    }

    private enum Event {
        case arrival(source: Int)
        case completion(request: Int)
        case patience(request: Int)
        case resume
    }

    private struct Request {
        var source: Int
        var arrivedAt: Int64
        var ticket: TicketID?
    }

    var limit = 18
    var slots = 16
    var service = Service.lognormal
    var sources: [Source] = []
    /// Told to the queue; 0: it is left to find out.
    var fastLatencyNanoseconds: Int64 = 25_000_000
    var objectiveNanoseconds: Int64 = 100_000_000
    /// Nothing completes between these.
    var stall: Range<Double>?
    /// Counted between these, in seconds.
    var measured: Range<Double> = 4..<10
    private(set) var tallies: [Tally] = []
    /// Age at their grant of the tickets granted within 20 ms after a stall, in nanoseconds.
    private(set) var agesAfterStall: [Int64] = []
    private var random: RandomSource
    private var queue: AdmissionQueue
    private var events = EventHeap<Event>()
    private var now: Int64 = 0
    private var inFlight = 0
    private var busy = 0
    private var upstreamQueue: [Int] = []
    private var upstreamHead = 0
    private var requests: [Request] = []
    private var released = 0
    private var pace: Int64 = 0
    private var paceAt: Int64 = 0
    private var paceCount = 0

    init(seed: UInt64, queue settings: QueueSettings, capacity: Int = 1_024) {
        random = RandomSource(seed: seed)
        queue = AdmissionQueue(capacity: capacity, settings: settings, patience: .seconds(1))
    }

    /// Plays to the end of what is measured.
    mutating func run() {
        tallies = sources.map { _ in Tally() }
        for source in sources.indices where sources[source].rate > 0 { scheduleArrival(source) }
        if let stall { events.push(.resume, at: Int64(stall.upperBound * 1e9)) }
        // What arrived while it was measured is seen through to its end.
        let end = Int64(measured.upperBound * 1e9) + 2_000_000_000
        while let (time, event) = events.pop(), time <= end {
            now = time
            switch event {
            case .arrival(let source):
                scheduleArrival(source)
                arrive(source)
            case .completion(let request): complete(request)
            case .patience(let request): giveUp(request)
            case .resume: startWaiting()
            }
        }
    }

    func tally(where matches: (Source) -> Bool) -> Tally {
        var sum = Tally()
        for (source, tally) in zip(sources, tallies) where matches(source) {
            sum.offered += tally.offered
            sum.good += tally.good
            sum.served += tally.served
            sum.refused += tally.refused
            sum.dropped += tally.dropped
            sum.latencies += tally.latencies
        }
        return sum
    }

    // MARK: Clients

    private mutating func scheduleArrival(_ source: Int) {
        let gap = -logarithm(1 - random.unitInterval()) / sources[source].rate
        events.push(.arrival(source: source), at: now + Int64(gap * 1e9))
    }

    private func isMeasured(_ request: Int) -> Bool {
        measured.contains(Double(requests[request].arrivedAt) / 1e9)
    }

    private mutating func arrive(_ source: Int) {
        let index = requests.count
        requests.append(Request(source: source, arrivedAt: now))
        if isMeasured(index) { tallies[source].offered += 1 }
        if queue.isEmpty && inFlight < limit {
            start(index)
            return
        }
        let ticket = Ticket(
            worker: WorkerIndex(rawValue: 0),
            exchange: Handle(index: UInt32(index), generation: 0),
            enqueuedAt: Instant(nanoseconds: now), priority: sources[source].priority,
            isRetry: sources[source].isRetry, tenant: sources[source].tenant)
        switch queue.offer(ticket, conditions, at: Instant(nanoseconds: now)) {
        case .queued(let id):
            requests[index].ticket = id
            events.push(.patience(request: index), at: now + 1_000_000_000)
        case .queuedEvicting(let id, let victim):
            requests[index].ticket = id
            events.push(.patience(request: index), at: now + 1_000_000_000)
            drop(Int(victim.ticket.exchange.index))
        case .refused:
            if isMeasured(index) { tallies[source].refused += 1 }
        }
    }

    private mutating func giveUp(_ request: Int) {
        guard let id = requests[request].ticket else { return }
        if queue.remove(id, at: Instant(nanoseconds: now)) != nil { drop(request) }
    }

    private mutating func drop(_ request: Int) {
        requests[request].ticket = nil
        if isMeasured(request) { tallies[requests[request].source].dropped += 1 }
    }

    private var conditions: QueueConditions {
        QueueConditions(
            limit: limit, fastLatencyNanoseconds: fastLatencyNanoseconds,
            nanosecondsPerRelease: pace, released: released)
    }

    // MARK: Upstream

    private var isStalled: Bool { stall?.contains(Double(now) / 1e9) ?? false }

    private mutating func start(_ request: Int) {
        inFlight += 1
        requests[request].ticket = nil
        upstreamQueue.append(request)
        startWaiting()
    }

    private mutating func startWaiting() {
        guard !isStalled else { return }
        while busy < slots, upstreamHead < upstreamQueue.count {
            let request = upstreamQueue[upstreamHead]
            upstreamHead += 1
            busy += 1
            events.push(.completion(request: request), at: now + serviceNanoseconds())
        }
    }

    private mutating func serviceNanoseconds() -> Int64 {
        switch service {
        case .lognormal:
            // Twelve uniform draws less six are near enough to normal, but for the last tail.
            var normal = -6.0
            for _ in 0..<12 { normal += random.unitInterval() }
            return Int64(25e6 * exponential(-0.125 + 0.5 * normal))
        case .bimodal:
            return random.unitInterval() < 0.1 ? 160_000_000 : 10_000_000
        }
    }

    private mutating func complete(_ request: Int) {
        if isStalled, let stall {
            // Frozen in the middle of its service: the rest of it comes after the stall.
            let rest = now - Int64(stall.lowerBound * 1e9)
            events.push(.completion(request: request), at: Int64(stall.upperBound * 1e9) + rest)
            return
        }
        busy -= 1
        startWaiting()
        let latency = now - requests[request].arrivedAt
        if isMeasured(request) {
            let source = requests[request].source
            tallies[source].served += 1
            tallies[source].good += latency <= objectiveNanoseconds ? 1 : 0
            tallies[source].latencies.append(latency)
        }
        released += 1
        paceCount += 1
        if now - paceAt >= 100_000_000 {
            pace = (now - paceAt) / Int64(paceCount)
            paceAt = now
            paceCount = 0
        }
        inFlight -= 1
        passOn()
    }

    private mutating func passOn() {
        while inFlight < limit, !queue.isEmpty {
            var dropped: [EndedTicket] = []
            let ticket = queue.dequeue(
                conditions, at: Instant(nanoseconds: now), dropped: &dropped)
            for ended in dropped { drop(Int(ended.ticket.exchange.index)) }
            guard let ticket else { return }
            if let stall, now - Int64(stall.upperBound * 1e9) < 20_000_000, !isStalled,
                Double(now) / 1e9 > stall.lowerBound
            {
                agesAfterStall.append(now - ticket.enqueuedAt.nanoseconds)
            }
            start(Int(ticket.exchange.index))
        }
    }
}

/// A heap of events by time; those of one time in the order in which they were pushed.
private struct EventHeap<Event> {
    private var items: [(time: Int64, order: Int, event: Event)] = []
    private var pushed = 0

    mutating func push(_ event: Event, at time: Int64) {
        items.append((time, pushed, event))
        pushed += 1
        var place = items.count - 1
        while place > 0, isBefore(place, (place - 1) / 2) {
            items.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func pop() -> (Int64, Event)? {
        guard let first = items.first else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < items.count {
                if isBefore(child, least) { least = child }
            }
            guard least != place else { return (first.time, first.event) }
            items.swapAt(place, least)
            place = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (items[left].time, items[left].order) < (items[right].time, items[right].order)
    }
}

/// e to the power of a number, without a C library: by squaring what a short series gives.
private func exponential(_ exponent: Double) -> Double {
    let small = exponent / 1_024
    var result = 1 + small * (1 + small / 2 * (1 + small / 3))
    for _ in 0..<10 { result *= result }
    return result
}

/// The natural logarithm of a number above 0, by Newton's method on the exponential.
private func logarithm(_ number: Double) -> Double {
    guard number > 0 else { return -40 }
    var result = Double(number.exponent) * 0.693_147_180_559_945
    for _ in 0..<6 {
        let power = exponential(result)
        result += 2 * (number - power) / (number + power)
    }
    return result
}
