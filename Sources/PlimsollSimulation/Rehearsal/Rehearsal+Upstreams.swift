import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// The upstreams: how they are set up, what befalls them, and how they stand.
extension Rehearsal {
    func prepareUpstreams(
        _ traffic: TrafficSettings, log: AccessLog?, seeds: inout RandomSource
    ) throws(RehearsalError) {
        try refuseUnknown(traffic)
        for (index, settings) in configuration.upstreams.enumerated() {
            times.append(
                UpstreamTimes(
                    queueNanoseconds: settings.bulkhead.queueTimeout.wholeNanoseconds,
                    responseNanoseconds: settings.timeouts.response.wholeNanoseconds))
            let model = traffic.upstreams.first { $0.name == settings.name }
            let isUsed = kinds.contains {
                $0.fate == .upstream(UpstreamIndex(rawValue: UInt16(index)))
            }
            let measured = log.map { $0.serviceNanoseconds(of: settings.name) } ?? []
            guard
                let service = model?.service.map(ServiceTime.init)
                    ?? (measured.isEmpty ? nil : .empirical(nanoseconds: measured))
                    ?? (isUsed ? nil : .constant(nanoseconds: 1_000_000))
            else {
                throw RehearsalError(
                    description: "nothing says how long upstream \"\(settings.name)\" takes; add "
                        + "[upstream.\(settings.name)] with slots and service to the traffic")
            }
            if isUsed, model?.slots == nil {
                tally.notes.append(
                    "upstream \(settings.name) has no slots in the traffic: it never slows down "
                        + "under load")
            }
            let first = endpoints.count
            for _ in settings.endpoints {
                endpoints.append(
                    endpoint(
                        of: index, settings, model, service: service, seed: seeds.next()))
            }
            for fault in model?.faults ?? [] {
                try add(fault, to: settings, first: first, slots: model?.slots)
            }
        }
        // Stable: what happens at one time happens in the order of the file.
        faults = faults.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
    }

    private func refuseUnknown(_ traffic: TrafficSettings) throws(RehearsalError) {
        for upstream in traffic.upstreams
        where !configuration.upstreams.contains(where: { $0.name == upstream.name }) {
            let names = configuration.upstreams.map(\.name)
            let hint = NearestName.nearest(to: upstream.name, among: names)
            throw RehearsalError(
                description: "the traffic describes upstream \"\(upstream.name)\", which the "
                    + "configuration does not have"
                    + (hint.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
    }

    private func endpoint(
        of index: Int, _ settings: UpstreamSettings, _ model: TrafficUpstream?,
        service: ServiceTime, seed: UInt64
    ) -> RehearsedEndpoint {
        RehearsedEndpoint(
            upstream: index,
            model: CapacityModel(
                CapacitySettings(
                    slots: model?.slots ?? Self.unlimitedSlots, queue: model?.queue,
                    service: service, dropsAbandoned: model?.dropsAbandoned ?? false), seed: seed),
            networkNanoseconds: model?.network.wholeNanoseconds ?? 0,
            hasUnlimitedSlots: model?.slots == nil,
            health: settings.health.flatMap { health in
                guard health.isEnforced else { return nil }
                return RehearsedHealth(
                    tracker: HealthTracker(settings: health),
                    schedule: ProbeSchedule(settings: health),
                    timeoutNanoseconds: health.timeout.wholeNanoseconds)
            })
    }

    private static var unlimitedSlots: Int { .max / 2 }

    private func add(
        _ fault: TrafficFault, to settings: UpstreamSettings, first: Int, slots: Int?
    ) throws(RehearsalError) {
        if let endpoint = fault.endpoint, endpoint > settings.endpoints.count {
            throw RehearsalError(
                description: "a fault befalls endpoint \(endpoint) of upstream "
                    + "\"\(settings.name)\", which has \(settings.endpoints.count)")
        }
        let places =
            fault.endpoint.map { [first + $0 - 1] }
            ?? Array(first..<first + settings.endpoints.count)
        var begins = CapacityChange()
        var ends = CapacityChange()
        if let scale = fault.scale {
            begins.scale = scale
            ends.scale = 1
        }
        if let count = fault.slots {
            begins.slots = count
            ends.slots = slots ?? Self.unlimitedSlots
        }
        if let mode = fault.mode {
            begins.mode = CapacityChange.Mode(rawValue: mode.rawValue)
            ends.mode = .work
        }
        if let share = fault.errorShare {
            begins.errorShare = share
            begins.errorStatus = UInt16(fault.errorStatus)
            begins.errorsTakeTime = fault.errorsTakeTime
            ends.errorShare = 0
        }
        for place in places {
            let at = Instant(nanoseconds: fault.at.wholeNanoseconds)
            faults.append(RehearsedFault(at: at, endpoint: place, change: begins))
            if let lasting = fault.lasting {
                faults.append(
                    RehearsedFault(
                        at: at.advanced(byNanoseconds: lasting.wholeNanoseconds), endpoint: place,
                        change: ends))
            }
        }
    }

    func befall(_ fault: RehearsedFault) {
        for work in endpoints[fault.endpoint].model.apply(fault.change, at: now) {
            calendar.add(.done(endpoint: Int32(fault.endpoint), work), at: work.doneAt)
        }
    }

    func endpointsOf(_ upstream: UpstreamIndex) -> UpstreamTimes {
        times[Int(upstream.rawValue)]
    }

    // MARK: Active checks

    func prepareProbes() {
        for index in endpoints.indices {
            guard let health = endpoints[index].health else { continue }
            let first = health.schedule.first(at: now, using: &lots)
            calendar.add(.probe(endpoint: Int32(index)), at: first)
        }
    }

    func probe(_ index: Int32) {
        guard isUnderWay, let health = endpoints[Int(index)].health else { return }
        let verdict = endpoints[Int(index)].model.answersProbes
        let waits =
            verdict == nil ? health.timeoutNanoseconds : endpoints[Int(index)].networkNanoseconds
        calendar.add(
            .probed(endpoint: index, isPassing: verdict ?? false),
            at: now.advanced(byNanoseconds: waits))
        endpoints[Int(index)].health?.askedAt = now
    }

    func probed(_ index: Int32, isPassing: Bool) {
        guard var health = endpoints[Int(index)].health else { return }
        let hasChanged = health.tracker.record(isPassing: isPassing)
        endpoints[Int(index)].health = health
        let upstream = plan.upstreams[endpoints[Int(index)].upstream]
        access[0].hearCheck(
            of: EndpointIndex(rawValue: UInt16(index)), in: upstream.index, isWell: isPassing,
            isHealthy: health.tracker.isHealthy, now: now)
        let isUrgent = !isPassing || !health.tracker.isHealthy
        let next = health.schedule.next(
            after: health.askedAt, isUrgent: isUrgent, using: &lots)
        calendar.add(.probe(endpoint: index), at: max(now, next))
        if hasChanged { tell(upstream.refreshLimit(at: now), of: upstream.index) }
    }

    // MARK: Gauges

    /// Takes a look at how everything stands.
    func look() {
        for (index, upstream) in plan.upstreams.enumerated() {
            var inside = 0
            var busy = 0.0
            var slots = 0.0
            for endpoint in endpoints where endpoint.upstream == index {
                inside += endpoint.model.waiting
                busy += Double(endpoint.model.busy)
                slots += endpoint.hasUnlimitedSlots ? 0 : Double(endpoint.model.slots)
            }
            tally.looked(
                at: index, upstream.load, inside: inside, busy: slots > 0 ? busy / slots : 0,
                now: now)
        }
    }
}
