import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// An upstream as one loop has it: settings in plain numbers, its own share of the retry budget,
/// and the way to what all loops share.
struct WorkerUpstream: ~Copyable {
    /// Unretained, since a retain would make all loops write one word with every request; `owner`
    /// keeps the object alive.
    let shared: Unmanaged<SharedUpstream>
    private let owner: SharedUpstream
    /// Unsafe pointer: `endpointCount` indices, replaced in `adopt` and freed in `deinit`.
    private(set) var endpointList: UnsafeMutablePointer<EndpointIndex>
    private(set) var endpointCount: Int
    var balancer: Balancer
    private var balance: BalanceKind
    private(set) var retryRules: RetryRules
    /// From what this loop has seen.
    var hedgeTimer: HedgeTimer
    /// Successes not yet paid into the shared retry budget.
    var unpaidSuccesses = 0
    private(set) var connectNanoseconds: Int64
    private(set) var responseNanoseconds: Int64
    private(set) var idleNanoseconds: Int64
    private(set) var queueNanoseconds: Int64
    private(set) var idleConnectionsMaximum: Int

    init(_ plan: PlanUpstream, worker: WorkerIndex) {
        owner = plan.shared
        shared = Unmanaged.passUnretained(plan.shared)
        endpointCount = plan.endpoints.count
        endpointList = Self.list(plan)
        balance = plan.balance
        balancer = Balancer(plan.balance, worker: worker)
        retryRules = RetryRules(settings: plan.retry)
        hedgeTimer = HedgeTimer(Self.hedgeDelay(plan))
        connectNanoseconds = plan.connectNanoseconds
        responseNanoseconds = plan.responseNanoseconds
        idleNanoseconds = plan.idleNanoseconds
        queueNanoseconds = plan.queueNanoseconds
        idleConnectionsMaximum = plan.idleConnectionsMaximum
    }

    deinit {
        endpointList.deallocate()
    }

    /// A reload's settings; what was learned stays.
    mutating func adopt(_ plan: PlanUpstream, worker: WorkerIndex) {
        endpointList.deallocate()
        endpointCount = plan.endpoints.count
        endpointList = Self.list(plan)
        if balance != plan.balance {
            balance = plan.balance
            balancer = Balancer(plan.balance, worker: worker)
        }
        retryRules = RetryRules(settings: plan.retry)
        hedgeTimer.reconfigure(Self.hedgeDelay(plan))
        connectNanoseconds = plan.connectNanoseconds
        responseNanoseconds = plan.responseNanoseconds
        idleNanoseconds = plan.idleNanoseconds
        queueNanoseconds = plan.queueNanoseconds
        idleConnectionsMaximum = plan.idleConnectionsMaximum
    }

    /// Hedges go to another endpoint, and are retries.
    private static func hedgeDelay(_ plan: PlanUpstream) -> HedgeDelay {
        let canHedge = plan.endpoints.count > 1 && plan.retry.isEnforced && plan.retry.retries > 0
        return canHedge ? plan.retry.hedgeAfter : .off
    }

    private static func list(_ plan: PlanUpstream) -> UnsafeMutablePointer<EndpointIndex> {
        let list = UnsafeMutablePointer<EndpointIndex>.allocate(
            capacity: max(1, plan.endpoints.count))
        for (position, endpoint) in plan.endpoints.enumerated() {
            (list + position).initialize(to: endpoint.index)
        }
        return list
    }
}

/// An endpoint as one loop has it: its load as this loop sees it, and its kept-alive connections.
struct WorkerEndpoint: ~Copyable {
    let shared: Unmanaged<SharedEndpoint>
    private let owner: SharedEndpoint
    private let addressOwner: ConnectAddress
    let upstream: UpstreamIndex
    let address: UnsafeRawPointer
    let addressCount: Int
    let family: SocketFamily
    var load: EndpointLoad
    /// Attempts of this loop under way there.
    var inFlight = 0
    /// The pool, the latest used first: what is not needed ages at its end and is closed.
    var poolFirst: UInt32 = .max
    var poolCount = 0
    /// No longer in the configuration: lives until its last attempt ends.
    var isRetired = false

    init(_ plan: PlanEndpoint, upstream: UpstreamIndex, now: Instant) {
        load = EndpointLoad(at: now)
        owner = plan.shared
        shared = Unmanaged.passUnretained(plan.shared)
        addressOwner = plan.address
        self.upstream = upstream
        address = plan.address.bytes
        addressCount = plan.address.count
        family = plan.address.family
    }
}
