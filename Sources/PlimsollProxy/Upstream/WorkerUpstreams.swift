import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// Every upstream and endpoint as one loop has them.
struct WorkerUpstreams: ~Copyable {
    /// Distinct upstreams over the life of the process.
    static var upstreamsMaximum: Int { 4096 }
    /// Distinct endpoints over the life of the process.
    static var endpointsMaximum: Int { 16384 }

    var upstreams = IndexedTable<WorkerUpstream>(capacity: Self.upstreamsMaximum)
    var endpoints = IndexedTable<WorkerEndpoint>(capacity: Self.endpointsMaximum)
    /// Kept-alive connections in the pools of all endpoints.
    var pooledCount = 0
    private var known: [UpstreamIndex] = []
    private var knownEndpoints: [EndpointIndex] = []
    private var worker: WorkerIndex

    init(worker: WorkerIndex) {
        self.worker = worker
    }

    /// Takes over a configuration's upstreams.
    /// - Returns: pooled connections to endpoints that are gone, to be closed.
    mutating func adopt(
        _ plans: [PlanUpstream], servers: borrowing Slab<UpstreamConnection>, now: Instant
    ) -> [UInt32] {
        for endpoint in knownEndpoints {
            endpoints[endpoint.rawValue].isRetired = true
        }
        for plan in plans {
            for endpoint in plan.endpoints {
                adopt(endpoint, of: plan.index, now: now)
                endpoints[endpoint.index.rawValue].isRetired = false
            }
            if upstreams.isOccupied(plan.index.rawValue) {
                upstreams[plan.index.rawValue].adopt(plan, worker: worker)
            } else {
                upstreams.put(WorkerUpstream(plan, worker: worker), at: plan.index.rawValue)
                known.append(plan.index)
            }
        }
        var closing: [UInt32] = []
        for endpoint in knownEndpoints where endpoints[endpoint.rawValue].isRetired {
            takeAllIdle(at: endpoint, from: servers, into: &closing)
        }
        return closing
    }

    private mutating func adopt(
        _ endpoint: PlanEndpoint, of upstream: UpstreamIndex, now: Instant
    ) {
        guard !endpoints.isOccupied(endpoint.index.rawValue) else { return }
        endpoints.put(
            WorkerEndpoint(endpoint, upstream: upstream, now: now), at: endpoint.index.rawValue)
        knownEndpoints.append(endpoint.index)
    }

    /// Every pooled connection, out of its pool.
    mutating func takeAllIdle(from servers: borrowing Slab<UpstreamConnection>) -> [UInt32] {
        var idle: [UInt32] = []
        for endpoint in knownEndpoints {
            takeAllIdle(at: endpoint, from: servers, into: &idle)
        }
        return idle
    }

    /// Attempts under way on this loop, over all upstreams.
    var attemptsUnderWay: Int {
        knownEndpoints.reduce(0) { $0 + endpoints[$1.rawValue].inFlight }
    }

    func connectNanoseconds(of upstream: UpstreamIndex) -> Int64 {
        upstreams[upstream.rawValue].connectNanoseconds
    }

    func responseNanoseconds(of upstream: UpstreamIndex) -> Int64 {
        upstreams[upstream.rawValue].responseNanoseconds
    }

    func queueNanoseconds(of upstream: UpstreamIndex) -> Int64 {
        upstreams[upstream.rawValue].queueNanoseconds
    }

    func idleNanoseconds(of endpoint: EndpointIndex) -> Int64 {
        upstreams[endpoints[endpoint.rawValue].upstream.rawValue].idleNanoseconds
    }
}
