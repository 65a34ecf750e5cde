import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// Traffic on virtual time through the proxy's control code: the very routes, permits, queues,
/// limits, breakers, budgets and balancers of the daemon (``UpstreamAccess``) between clients and
/// upstreams that are models. Connections and bytes are left out, so that hundreds of thousands
/// of requests take a second. Pure: the same configuration, traffic and seed, the same result.
///
/// What happens when is in a calendar; each event is handled by one of the files beside this one,
/// and what handling it sets free (tickets whose turn has come) is handled before the next.
public final class Rehearsal {
    let configuration: Configuration
    let plan: SimulatedPlan
    var kinds: [TrafficKind]
    var streams: [ArrivalStream] = []
    let log: [LoggedArrival]
    var nextLogged = 0
    var calendar = Calendar<RehearsalEvent>()
    var now = Instant(nanoseconds: 0)
    var access: [LoopAccess]
    var endpoints: [RehearsedEndpoint] = []
    /// By upstream.
    var times: [UpstreamTimes] = []
    /// What goes wrong when.
    var faults: [RehearsedFault] = []
    var requests: [RehearsedRequest] = []
    var freePlaces: [UInt32] = []
    /// Tickets whose end is to be told; empty between two events.
    var news: [EndedTicket] = []
    var newsUpstreams: [UpstreamIndex] = []
    /// Lots of the clients: loops they come to, tenants, back-off.
    var lots: RandomSource
    var tally: RehearsalTally
    let end: Instant

    /// - Parameters:
    ///   - configuration: checked.
    ///   - traffic: checked.
    ///   - log: what `traffic.log` names, read.
    public init(
        _ configuration: Configuration, _ traffic: TrafficSettings, log: AccessLog? = nil
    ) throws(RehearsalError) {
        self.configuration = configuration
        let duration =
            traffic.duration?.wholeNanoseconds
            ?? log.map { max(1_000_000, $0.durationNanoseconds(speed: traffic.log?.speed ?? 1)) }
            ?? 30_000_000_000
        let loops = traffic.loops ?? Self.loops(of: configuration)
        var seeds = RandomSource(seed: traffic.seed)
        plan = SimulatedPlan(configuration, workers: loops, seed: seeds.next(), now: now)
        access = []
        for worker in 0..<loops {
            access.append(
                LoopAccess(plan.plan, worker: worker, seed: seeds.next(), now: now))
        }
        lots = seeds.split()
        var resolver = RequestResolver(plan.plan)
        kinds = traffic.classes.map { resolver.kind($0, objective: traffic.objective) }
        for index in traffic.classes.indices {
            streams.append(
                ArrivalStream(
                    kind: index, traffic.classes[index], durationNanoseconds: duration,
                    random: seeds.split()))
        }
        if let log, let settings = traffic.log {
            self.log = log.arrivals(
                speed: settings.speed, within: duration, objective: traffic.objective, &resolver,
                &kinds)
        } else {
            self.log = []
        }
        end = Instant(nanoseconds: duration)
        tally = RehearsalTally(
            kinds: kinds, upstreams: plan.upstreams.map(\.name), traffic: traffic,
            durationNanoseconds: duration, loops: loops)
        try prepareUpstreams(traffic, log: log, seeds: &seeds)
        tally.noteNeglected(kinds)
    }

    /// Plays it to the end.
    public func run() -> RehearsalResult {
        for index in streams.indices {
            if let first = streams[index].next() {
                calendar.add(.arrival(stream: Int32(index)), at: first)
            }
        }
        if let first = log.first { calendar.add(.logged, at: first.at) }
        for index in faults.indices { calendar.add(.fault(Int32(index)), at: faults[index].at) }
        calendar.add(.tick, at: now.advanced(byNanoseconds: Self.tickNanoseconds))
        calendar.add(.sample, at: now.advanced(byNanoseconds: tally.lookNanoseconds))
        prepareProbes()
        while let (time, event) = calendar.removeFirst() {
            now = time
            handle(event)
            tellNews()
        }
        return finish()
    }

    /// As often as the daemon's control loop at most.
    private static var tickNanoseconds: Int64 { 10_000_000 }

    private static func loops(of configuration: Configuration) -> Int {
        switch configuration.server.loops {
        case .automatic: 4
        case .exactly(let count): count
        }
    }

    /// Whether anything of the traffic is still to come or under way. Rounds end with it.
    var isUnderWay: Bool { now < end || tally.open > 0 }

    private func handle(_ event: RehearsalEvent) {
        switch event {
        case .arrival(let stream):
            begin(kind: Int32(streams[Int(stream)].kind))
            if let next = streams[Int(stream)].next() { calendar.add(event, at: next) }
        case .logged:
            begin(kind: log[nextLogged].kind)
            nextLogged += 1
            if nextLogged < log.count { calendar.add(.logged, at: log[nextLogged].at) }
        case .errand(let errand): send(errand)
        case .wake(let handle): wake(handle)
        case .done(let endpoint, let work): workDone(endpoint, work)
        case .answer(let job, let status): answerCame(job, status: status)
        case .fault(let index): befall(faults[Int(index)])
        case .tick:
            for upstream in plan.upstreams {
                tell(upstream.refreshLimit(at: now), of: upstream.index)
            }
            if isUnderWay {
                calendar.add(.tick, at: now.advanced(byNanoseconds: Self.tickNanoseconds))
            }
        case .sample:
            look()
            if now < end {
                calendar.add(.sample, at: now.advanced(byNanoseconds: tally.lookNanoseconds))
            }
        case .probe(let endpoint): probe(endpoint)
        case .probed(let endpoint, let isPassing): probed(endpoint, isPassing: isPassing)
        }
    }

    // MARK: News of tickets

    func tell(_ ended: [EndedTicket], of upstream: UpstreamIndex) {
        for ticket in ended {
            news.append(ticket)
            newsUpstreams.append(upstream)
        }
    }

    private func tellNews() {
        var next = 0
        // Handling news can make more.
        while next < news.count {
            ticketEnded(news[next], of: newsUpstreams[next])
            next += 1
        }
        if next > 0 {
            news.removeAll(keepingCapacity: true)
            newsUpstreams.removeAll(keepingCapacity: true)
        }
    }

    /// Gives a permit back.
    func release(_ upstream: UpstreamIndex, worker: Int32) {
        access[Int(worker)].release(upstream, now: now, ended: &news)
        while newsUpstreams.count < news.count { newsUpstreams.append(upstream) }
    }

    // MARK: The end

    private func finish() -> RehearsalResult {
        require(tally.open == 0, "\(tally.open) requests never ended")
        for upstream in plan.upstreams {
            require(
                upstream.load.inFlight == 0 && upstream.load.waiting == 0,
                "permits or tickets of \(upstream.name) were lost")
            tally.upstreams[Int(upstream.index.rawValue)].breakerOpenings =
                access[0].breakerOpenings(of: upstream.index)
        }
        return tally.result(of: kinds, endpoints: endpoints)
    }
}

/// Why a rehearsal cannot begin.
public struct RehearsalError: Error, CustomStringConvertible {
    public var description: String

    public init(description: String) {
        self.description = description
    }
}
