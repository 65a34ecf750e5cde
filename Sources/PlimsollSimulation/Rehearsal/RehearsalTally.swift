import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// Counts what happens in a rehearsal. Requests count where they were meant to be sent; totals
/// leave the warm-up out.
struct RehearsalTally {
    var classes: [RehearsalResult.Class]
    var upstreams: [RehearsalResult.Upstream]
    var notes: [String] = []
    /// Errands begun and not ended.
    private(set) var open = 0
    private(set) var handled = 0
    let sliceNanoseconds: Int64
    private var latencies: [LatencyHistogram]
    private let traffic: TrafficSettings
    private let durationNanoseconds: Int64
    private let warmup: Instant
    private let loops: Int

    /// Looks at the gauges in a slice.
    private static var looksPerSlice: Int64 { 10 }
    private static var slicesMaximum: Int64 { 10_000 }

    init(
        kinds: [TrafficKind], upstreams names: [String], traffic: TrafficSettings,
        durationNanoseconds: Int64, loops: Int
    ) {
        self.traffic = traffic
        self.durationNanoseconds = durationNanoseconds
        self.loops = loops
        warmup = Instant(nanoseconds: traffic.warmup.wholeNanoseconds)
        let wanted =
            traffic.slice?.wholeNanoseconds ?? max(100_000_000, durationNanoseconds / 100)
        let slice = max(10, wanted, durationNanoseconds / Self.slicesMaximum)
        sliceNanoseconds = slice
        let count = Int((durationNanoseconds + slice - 1) / slice)
        classes = kinds.map {
            RehearsalResult.Class(
                name: $0.name, priority: $0.priority,
                slices: Array(repeating: RehearsalResult.Cell(), count: count))
        }
        upstreams = names.map {
            RehearsalResult.Upstream(
                name: $0, slices: Array(repeating: RehearsalResult.Gauges(), count: count))
        }
        latencies = Array(repeating: LatencyHistogram(), count: count)
    }

    var lookNanoseconds: Int64 { max(1, sliceNanoseconds / Self.looksPerSlice) }

    private func slice(_ time: Instant) -> Int {
        min(latencies.count - 1, Int(time.nanoseconds / sliceNanoseconds))
    }

    // MARK: Clients

    mutating func began(_ kind: Int32, at now: Instant) {
        open += 1
        classes[Int(kind)].slices[slice(now)].offered += 1
        if now >= warmup { classes[Int(kind)].total.offered += 1 }
    }

    mutating func attempted(_ errand: Errand) {
        handled += 1
        guard errand.intendedAt >= warmup else { return }
        classes[Int(errand.kind)].total.attempts += 1
    }

    /// A client was told when to come again, and will.
    mutating func told(_ errand: Errand) {
        guard errand.intendedAt >= warmup else { return }
        classes[Int(errand.kind)].total.returned += 1
    }

    mutating func admitted(_ request: RehearsedRequest, at now: Instant) {
        guard request.errand.intendedAt >= warmup else { return }
        if request.errand.hasHeeded {
            classes[Int(request.kind)].total.returnedAdmitted += 1
        }
        upstreams[Int(request.upstream.rawValue)].wait.record(
            nanoseconds: now.nanoseconds(since: request.sentAt))
    }

    /// A client has what it wanted, or has given up.
    mutating func ended(_ errand: Errand, _ ending: Ending, objective: Int64, at now: Instant) {
        open -= 1
        let place = Int(errand.kind)
        let slice = slice(errand.intendedAt)
        let latency = now.nanoseconds(since: errand.intendedAt)
        var tally = RequestTally.Change()
        switch ending {
        case .answered(let status) where status < 400:
            tally.ok = 1
            tally.good = latency <= objective ? 1 : 0
            latencies[slice].record(nanoseconds: latency)
        case .answered: tally.errors = 1
        case .shed: tally.shed = 1
        case .failed: tally.failed = 1
        case .timedOut: tally.timedOut = 1
        }
        classes[place].slices[slice].ok += tally.ok
        classes[place].slices[slice].good += tally.good
        classes[place].slices[slice].shed += tally.shed
        classes[place].slices[slice].bad += tally.errors + tally.failed + tally.timedOut
        guard errand.intendedAt >= warmup else { return }
        classes[place].total.ok += tally.ok
        classes[place].total.good += tally.good
        classes[place].total.errors += tally.errors
        classes[place].total.failed += tally.failed
        classes[place].total.timedOut += tally.timedOut
        if tally.ok > 0 { classes[place].total.latency.record(nanoseconds: latency) }
        if case .shed(let reason) = ending {
            classes[place].total.shed[Int(reason.rawValue)] += 1
        }
    }

    // MARK: Upstreams

    mutating func arrived(_ upstream: Int, at now: Instant) {
        if now >= warmup { upstreams[upstream].arrived += 1 }
    }

    mutating func finished(_ upstream: Int, isWanted: Bool, at now: Instant) {
        guard now >= warmup else { return }
        upstreams[upstream].finished += 1
        if !isWanted {
            upstreams[upstream].wasted += 1
            upstreams[upstream].slices[slice(now)].wasted += 1
        }
    }

    mutating func retried(_ upstream: Int, at now: Instant) {
        if now >= warmup { upstreams[upstream].retries += 1 }
    }

    mutating func looked(
        at upstream: Int, _ load: UpstreamLoad, inside: Int, busy: Double, now: Instant
    ) {
        guard now.nanoseconds < durationNanoseconds else { return }
        let slice = slice(now)
        upstreams[upstream].slices[slice].looks += 1
        upstreams[upstream].slices[slice].limit += Double(load.limit)
        upstreams[upstream].slices[slice].inFlight += Double(load.inFlight)
        upstreams[upstream].slices[slice].waiting += Double(load.waiting)
        upstreams[upstream].slices[slice].inside += Double(inside)
        upstreams[upstream].slices[slice].busy += busy
        upstreams[upstream].slices[slice].inFlightMaximum = max(
            upstreams[upstream].slices[slice].inFlightMaximum, load.inFlight)
    }

    // MARK: The result

    /// Classes that no upstream serves, which the totals hold all the same.
    mutating func noteNeglected(_ kinds: [TrafficKind]) {
        for kind in kinds where kind.fate == .answeredHere {
            notes.append(
                "\(kind.name): no route leads it to an upstream, so the proxy answers it by itself")
        }
    }

    func result(of kinds: [TrafficKind], endpoints: [RehearsedEndpoint]) -> RehearsalResult {
        var result = RehearsalResult(
            seed: traffic.seed, loops: loops, durationNanoseconds: durationNanoseconds,
            warmupNanoseconds: warmup.nanoseconds, sliceNanoseconds: sliceNanoseconds,
            classes: classes, upstreams: upstreams,
            p99Nanoseconds: latencies.map { $0.quantile(0.99) })
        result.notes = notes
        result.requestsHandled = handled
        for index in result.upstreams.indices {
            for slice in result.upstreams[index].slices.indices {
                result.upstreams[index].slices[slice].divide()
            }
            let members = endpoints.filter { $0.upstream == index }
            result.upstreams[index].insideMaximum = members.map(\.model.waitingMaximum).max() ?? 0
            guard members.allSatisfy({ !$0.hasUnlimitedSlots }) else { continue }
            result.upstreams[index].capacity = members.reduce(0) {
                $0 + $1.model.settings.requestsPerSecond
            }
            let counted = result.upstreams[index].slices.suffix(
                result.upstreams[index].slices.count
                    - Int(warmup.nanoseconds / sliceNanoseconds))
            result.upstreams[index].utilisation =
                counted.reduce(0) { $0 + $1.busy } / Double(max(1, counted.count))
        }
        return result
    }
}

extension RequestTally {
    /// One more of something.
    struct Change {
        var ok = 0
        var good = 0
        var shed = 0
        var errors = 0
        var failed = 0
        var timedOut = 0
    }
}

extension RehearsalResult.Gauges {
    /// Sums become means.
    mutating func divide() {
        guard looks > 0 else { return }
        let count = Double(looks)
        limit /= count
        inFlight /= count
        waiting /= count
        inside /= count
        busy /= count
    }
}
