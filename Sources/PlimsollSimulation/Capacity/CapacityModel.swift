import PlimsollCore

/// An upstream as a proxy feels it: so many slots, a queue of its own before them that nobody
/// asked for, and times that come from a distribution. A pure value on virtual time: whoever
/// drives it keeps the calendar and brings every piece of work back when it is done.
///
/// ```
/// switch model.arrive(job, at: now) {
/// case .began(let work): calendar.add(work, at: work.doneAt)   // then `finish(work, at:)`
/// case .waits: break                                           // begins out of `finish`
/// case .answered(let status): …                                // an error that costs nothing
/// case .refused, .reset: …
/// }
/// ```
public struct CapacityModel: Sendable {
    /// A request that has a slot.
    public struct Work: Equatable, Sendable {
        /// As whoever brought it calls it.
        public var job: UInt64
        public var beganAt: Instant
        public var doneAt: Instant
        /// What the answer will be.
        public var status: UInt16
    }

    public enum Arrival: Equatable, Sendable {
        case began(Work)
        /// In the upstream's own queue.
        case waits
        case answered(status: UInt16)
        case refused
        case reset
    }

    private struct Waiting {
        var job: UInt64
        var status: UInt16
        var service: ServiceTime?
    }

    public let settings: CapacitySettings
    public private(set) var slots: Int
    public private(set) var busy = 0
    /// Requests that came, whatever became of them.
    public private(set) var arrivedCount = 0
    /// Pieces of work done.
    public private(set) var finishedCount = 0
    /// The most that ever waited inside.
    public private(set) var waitingMaximum = 0

    private var service: ServiceTime
    private var scale = 1.0
    private var mode = CapacityChange.Mode.work
    private var errorShare = 0.0
    private var errorStatus: UInt16 = 503
    private var errorsTakeTime = false
    /// First in, first out: those from `firstWaiting` on.
    private var queue: [Waiting] = []
    private var firstWaiting = 0
    private var abandoned: Set<UInt64> = []
    private var random: RandomSource
    private var busyNanosecondsBefore = 0.0
    private var busySince = Instant(nanoseconds: 0)

    public init(_ settings: CapacitySettings, seed: UInt64) {
        require(settings.slots >= 1, "an upstream works on something")
        self.settings = settings
        slots = settings.slots
        service = settings.service
        random = RandomSource(seed: seed)
    }

    /// Requests in its own queue.
    public var waiting: Int { queue.count - firstWaiting }

    /// Requests a second that it can finish as things are.
    public var requestsPerSecond: Double {
        guard mode == .work else { return 0 }
        return Double(slots) / max(service.meanNanoseconds * scale, 1) * 1_000_000_000
    }

    /// What a health check finds, which takes no slot; nil: no answer.
    public var answersProbes: Bool? {
        switch mode {
        case .hang: nil
        case .refuse, .reset: false
        case .work: errorShare < 1
        }
    }

    /// Nanoseconds of all slots together spent working until now.
    public func busyNanoseconds(at now: Instant) -> Double {
        busyNanosecondsBefore + Double(busy) * Double(now.nanoseconds(since: busySince))
    }

    // MARK: Requests

    /// A request comes.
    /// - Parameters:
    ///   - job: the caller's name for it, unique among what is inside.
    ///   - service: its own distribution, in place of the upstream's.
    public mutating func arrive(
        _ job: UInt64, service own: ServiceTime? = nil, at now: Instant
    ) -> Arrival {
        arrivedCount += 1
        switch mode {
        case .refuse: return .refused
        case .reset: return .reset
        case .work, .hang: break
        }
        let isError = errorShare > 0 && random.unitInterval() < errorShare
        if isError && !errorsTakeTime { return .answered(status: errorStatus) }
        let request = Waiting(job: job, status: isError ? errorStatus : 200, service: own)
        if mode == .work && busy < slots && waiting == 0 {
            return .began(begin(request, at: now))
        }
        if let bound = settings.queue, waiting >= bound { return .answered(status: 503) }
        queue.append(request)
        waitingMaximum = max(waitingMaximum, waiting)
        return .waits
    }

    /// Work is done: the caller says so at its `doneAt`.
    /// - Returns: what takes its slot.
    public mutating func finish(_ work: Work, at now: Instant) -> Work? {
        require(busy > 0, "work was done that never began")
        note(now)
        busy -= 1
        finishedCount += 1
        return next(at: now)
    }

    /// Nobody waits for this request any more. What has begun is done all the same.
    public mutating func abandon(_ job: UInt64) {
        guard settings.dropsAbandoned else { return }
        abandoned.insert(job)
    }

    /// Something becomes different.
    /// - Returns: what begins for it.
    public mutating func apply(_ change: CapacityChange, at now: Instant) -> [Work] {
        if let scale = change.scale { self.scale = scale }
        if let slots = change.slots { self.slots = slots }
        if let service = change.service { self.service = service }
        if let mode = change.mode { self.mode = mode }
        if let errorShare = change.errorShare { self.errorShare = errorShare }
        if let errorStatus = change.errorStatus { self.errorStatus = errorStatus }
        if let errorsTakeTime = change.errorsTakeTime { self.errorsTakeTime = errorsTakeTime }
        var begun: [Work] = []
        while let work = next(at: now) { begun.append(work) }
        return begun
    }

    // MARK: Slots

    private mutating func next(at now: Instant) -> Work? {
        guard mode == .work else { return nil }
        while busy < slots && waiting > 0 {
            let request = queue[firstWaiting]
            firstWaiting += 1
            if firstWaiting == queue.count {
                queue.removeAll(keepingCapacity: true)
                firstWaiting = 0
            } else if firstWaiting >= 4096 && firstWaiting * 2 >= queue.count {
                queue.removeFirst(firstWaiting)
                firstWaiting = 0
            }
            if !abandoned.isEmpty && abandoned.remove(request.job) != nil { continue }
            return begin(request, at: now)
        }
        return nil
    }

    /// The time is drawn when work begins, so that queued work feels a change.
    private mutating func begin(_ request: Waiting, at now: Instant) -> Work {
        note(now)
        busy += 1
        let drawn = (request.service ?? service).draw(using: &random)
        let nanoseconds = Int64(Double(drawn) * scale)
        return Work(
            job: request.job, beganAt: now, doneAt: now.advanced(byNanoseconds: nanoseconds),
            status: request.status)
    }

    private mutating func note(_ now: Instant) {
        busyNanosecondsBefore = busyNanoseconds(at: now)
        busySince = now
    }
}
