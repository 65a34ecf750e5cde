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
    /// What this loop saw and has not yet told; nil without an adaptive limit. Unsafe pointer: one
    /// window, freed in `deinit`. It is more than a kilobyte, which most upstreams do without.
    private var window: UnsafeMutablePointer<SampleWindow>?

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
        window = plan.hasAdaptiveLimit ? Self.freshWindow() : nil
    }

    deinit {
        endpointList.deallocate()
        window?.deallocate()
    }

    private static func freshWindow() -> UnsafeMutablePointer<SampleWindow> {
        let window = UnsafeMutablePointer<SampleWindow>.allocate(capacity: 1)
        window.initialize(to: SampleWindow())
        return window
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
        if !plan.hasAdaptiveLimit {
            window?.deallocate()
            window = nil
        } else if window == nil {
            window = Self.freshWindow()
        }
    }

    // MARK: Samples for the adaptive limit

    /// How long a loop gathers before it tells: often enough that a change is seen at once, seldom
    /// enough that the shared lock does not show.
    private static var gatherNanoseconds: Int64 { 10_000_000 }
    /// Answers gathered that are told at once.
    private static var gatherMaximum: Int { 256 }

    /// Notes how an attempt ended.
    /// - Parameter status: of its answer, when it has one.
    /// - Returns: whether it is time to tell.
    @inline(__always)
    mutating func sample(
        _ outcome: Outcome, status: UInt16, hasWaited: Bool, at now: Instant
    ) -> Bool {
        guard let window else { return false }
        switch outcome {
        case .success(let nanoseconds) where status != 429:
            window.pointee.recordAnswer(nanoseconds, hasWaited: hasWaited, at: now)
        case .success, .failure(.responseTimeout), .failure(.connectTimeout),
            .failure(.resetBeforeResponse), .failure(.resetDuringResponse):
            window.pointee.recordDrop(at: now)
        case .failure(.serverError) where status == 503:
            window.pointee.recordDrop(at: now)
        case .failure, .ignored:
            return false
        }
        return window.pointee.samples >= Self.gatherMaximum
            || now.nanoseconds(since: window.pointee.since) >= Self.gatherNanoseconds
    }

    /// Notes a request turned away for want of a permit.
    mutating func sampleRefusal(at now: Instant) {
        window?.pointee.recordRefusal(at: now)
    }

    /// Tells what was gathered and begins anew.
    mutating func tellSamples(at now: Instant, ended: inout [EndedTicket]) {
        guard let window else { return }
        shared._withUnsafeGuaranteedRef {
            $0.record(window.pointee, at: now, ended: &ended)
        }
        window.pointee = SampleWindow()
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
