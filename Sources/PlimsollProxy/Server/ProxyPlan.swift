import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy
import Synchronization

/// One configuration, compiled for the loops: immutable, shared by all of them. A reload makes
/// another; an exchange keeps the one it began with.
public final class ProxyPlan: Sendable {
    /// Counts the configurations adopted since the start, from 1.
    public let generation: UInt64
    public let listeners: [PlanListener]
    public let routes: RouteTable
    /// What each route counts under, by its index.
    public let routeSeries: [RouteIndex]
    /// Every upstream of this configuration. Their indices outlive it.
    public let upstreams: [PlanUpstream]
    /// Peers that may speak of others in forwarding fields.
    public let trustedProxies: [AddressRange]
    /// When loops refuse requests for their own sake.
    public let protection: ProtectionSettings

    public init(
        generation: UInt64, listeners: [PlanListener], routes: RouteTable,
        routeSeries: [RouteIndex], upstreams: [PlanUpstream], trustedProxies: [AddressRange],
        protection: ProtectionSettings = .standard
    ) {
        self.generation = generation
        self.listeners = listeners
        self.routes = routes
        self.routeSeries = routeSeries
        self.upstreams = upstreams
        self.trustedProxies = trustedProxies
        self.protection = protection
    }
}

/// A listener's settings in the units of the loops.
public struct PlanListener: Sendable {
    /// As this configuration names it: a reload may rename what goes on at the same address.
    public let name: String
    /// What all loops and all generations of the listener share.
    public let shared: SharedListener
    public let limits: HeadLimits
    /// Most fields in a request's head.
    public let fieldsMaximum: Int
    public let headNanoseconds: Int64
    public let idleNanoseconds: Int64
    public let bodyIdleNanoseconds: Int64
    public let lingerNanoseconds: Int64
    public let tunnelIdleNanoseconds: Int64
    /// `Int64.max` when unlimited.
    public let bodyBytesMaximum: Int64
    /// Bytes a second; 0 asks for none.
    public let minimumRate: Int64
    public let ambiguousPaths: AmbiguousPaths
    /// Whether RFC 7239's `Forwarded` is sent as well.
    public let sendsForwarded: Bool

    public init(
        name: String, shared: SharedListener, limits: HeadLimits, fieldsMaximum: Int = .max,
        headNanoseconds: Int64, idleNanoseconds: Int64, bodyIdleNanoseconds: Int64,
        lingerNanoseconds: Int64,
        tunnelIdleNanoseconds: Int64, bodyBytesMaximum: Int64, minimumRate: Int64,
        ambiguousPaths: AmbiguousPaths, sendsForwarded: Bool
    ) {
        self.name = name
        self.shared = shared
        self.limits = limits
        self.fieldsMaximum = fieldsMaximum
        self.headNanoseconds = headNanoseconds
        self.idleNanoseconds = idleNanoseconds
        self.bodyIdleNanoseconds = bodyIdleNanoseconds
        self.lingerNanoseconds = lingerNanoseconds
        self.tunnelIdleNanoseconds = tunnelIdleNanoseconds
        self.bodyBytesMaximum = bodyBytesMaximum
        self.minimumRate = minimumRate
        self.ambiguousPaths = ambiguousPaths
        self.sendsForwarded = sendsForwarded
    }
}

/// A listener over all loops: who it is, and how many connections it holds.
public final class SharedListener: Sendable {
    /// Its address as text: what makes it the same listener after a reload.
    public let address: String
    private let connections = Atomic<Int>(0)
    private let maximum: Atomic<Int>

    /// - Parameter connectionsMaximum: over all loops, at least 1.
    public init(address: String, connectionsMaximum: Int) {
        self.address = address
        maximum = Atomic(connectionsMaximum)
    }

    /// Counts one more connection, unless as many as allowed are there.
    func enter() -> Bool {
        let before = connections.add(1, ordering: .relaxed).oldValue
        guard before < maximum.load(ordering: .relaxed) else {
            connections.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func leave() {
        connections.subtract(1, ordering: .relaxed)
    }

    /// Connections held now, over all loops.
    public var connectionCount: Int { connections.load(ordering: .relaxed) }

    public var connectionsMaximum: Int { maximum.load(ordering: .relaxed) }

    var isFull: Bool {
        connections.load(ordering: .relaxed) >= maximum.load(ordering: .relaxed)
    }

    /// A reload's new bound. Connections above it stay.
    public func resize(connectionsMaximum: Int) {
        maximum.store(connectionsMaximum, ordering: .relaxed)
    }
}

/// An upstream's settings in the units of the loops, and what the loops share of it.
public struct PlanUpstream: Sendable {
    public let index: UpstreamIndex
    public let shared: SharedUpstream
    public let endpoints: [PlanEndpoint]
    public let balance: BalanceKind
    public let retry: RetrySettings
    public let connectNanoseconds: Int64
    public let responseNanoseconds: Int64
    public let idleNanoseconds: Int64
    public let queueNanoseconds: Int64
    /// Kept-alive connections an endpoint and loop.
    public let idleConnectionsMaximum: Int
    /// Whether loops gather samples for a limit that adapts.
    public let hasAdaptiveLimit: Bool

    public init(
        index: UpstreamIndex, shared: SharedUpstream, endpoints: [PlanEndpoint],
        balance: BalanceKind, retry: RetrySettings, connectNanoseconds: Int64,
        responseNanoseconds: Int64, idleNanoseconds: Int64, queueNanoseconds: Int64,
        idleConnectionsMaximum: Int, hasAdaptiveLimit: Bool
    ) {
        self.index = index
        self.shared = shared
        self.endpoints = endpoints
        self.balance = balance
        self.retry = retry
        self.connectNanoseconds = connectNanoseconds
        self.responseNanoseconds = responseNanoseconds
        self.idleNanoseconds = idleNanoseconds
        self.queueNanoseconds = queueNanoseconds
        self.idleConnectionsMaximum = idleConnectionsMaximum
        self.hasAdaptiveLimit = hasAdaptiveLimit
    }
}

/// One endpoint of an upstream.
public struct PlanEndpoint: Sendable {
    public let index: EndpointIndex
    public let shared: SharedEndpoint
    public let address: ConnectAddress

    public init(index: EndpointIndex, shared: SharedEndpoint, address: ConnectAddress) {
        self.index = index
        self.shared = shared
        self.address = address
    }
}
