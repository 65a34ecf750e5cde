import PlimsollCore

/// What `plimsoll sim` sends, and to what: requests by class, or by an access log, and how the
/// upstreams behind the proxy behave.
public struct TrafficSettings: Sendable, Equatable {
    /// How long requests come; nil: with a log, as long as it lasts, otherwise 30 s.
    public var duration: Duration?
    /// What is left out of the totals at the beginning.
    public var warmup = Duration.zero
    /// An answer within this time of the moment its request was meant to be sent is a good one.
    public var objective = Duration.milliseconds(100)
    public var seed: UInt64 = 1
    /// The width of a row of the series; nil: a hundredth of the duration.
    public var slice: Duration?
    /// Event loops of the proxy; nil: what the configuration says, and 4 for "auto".
    public var loops: Int?
    public var log: TrafficLog?
    public var classes: [TrafficClass] = []
    public var upstreams: [TrafficUpstream] = []

    public init() {}
}

/// An access log of plimsoll's that is replayed.
public struct TrafficLog: Sendable, Equatable {
    /// The file; a relative one lies beside the traffic description.
    public var file: String
    /// How much faster than it was: 2 sends twice as many requests a second.
    public var speed: Double

    public init(file: String, speed: Double = 1) {
        self.file = file
        self.speed = speed
    }
}

/// Requests of one kind.
public struct TrafficClass: Sendable, Equatable {
    public enum Arrival: String, Sendable, CaseIterable {
        /// Independent of each other, as many clients are.
        case poisson
        /// Evenly spaced.
        case constant
        /// `burst` of them at a time, evenly spaced.
        case burst
    }

    /// From `at` on so many a second.
    public struct Rate: Sendable, Equatable {
        public var at: Duration
        public var perSecond: Double

        public init(at: Duration, perSecond: Double) {
            self.at = at
            self.perSecond = perSecond
        }
    }

    public var name: String
    public var host = "localhost"
    /// The target, with a query if need be.
    public var path = "/"
    public var method = "GET"
    public var headers: [HeaderChanges.Field] = []
    /// Ascending by time, the first at 0.
    public var rates: [Rate] = []
    public var arrival = Arrival.poisson
    public var burst = 10
    /// In place of what the route says, as a trusted header would.
    public var priority: String?
    /// Whose requests these are; nil: nobody's in particular.
    public var tenant: String?
    /// So many of that name, drawn evenly.
    public var tenants = 1
    /// How long the client waits for an answer, per attempt.
    public var timeout = Duration.seconds(1)
    /// Attempts that the client makes after the first one, on timeouts and 5xx.
    public var retries = 0
    /// The client waits, before its nth attempt, a time drawn below this doubled n - 2 times.
    public var backoff = Duration.zero
    /// Whether a client that is told when to come back waits for that long, and counts its retry
    /// even when it has none left.
    public var heedsRetryAfter = false
    /// nil: the objective of all.
    public var objective: Duration?
    /// nil: as the upstream takes.
    public var service: TrafficService?

    public init(name: String) {
        self.name = name
    }
}

/// How an upstream behaves behind the proxy.
public struct TrafficUpstream: Sendable, Equatable {
    /// As the configuration names it.
    public var name: String
    /// Requests that each endpoint works on at once; nil: any number.
    public var slots: Int?
    /// Requests that wait in an endpoint; nil: any number.
    public var queue: Int?
    /// nil: what the log measured.
    public var service: TrafficService?
    /// There and back on the wire.
    public var network = Duration.zero
    public var dropsAbandoned = false
    public var faults: [TrafficFault] = []

    public init(name: String) {
        self.name = name
    }
}

/// How long an upstream works on a request.
public enum TrafficService: Sendable, Equatable {
    case constant(mean: Duration)
    case exponential(mean: Duration)
    case lognormal(mean: Duration, sigma: Double)
    case bimodal(fast: Duration, slow: Duration, slowShare: Double)
}

/// What goes wrong with an upstream, and when.
public struct TrafficFault: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable {
        case hang
        case refuse
        case reset
    }

    public var at: Duration
    /// nil: until the end.
    public var lasting: Duration?
    /// From 1, in the order of the configuration; nil: all of them.
    public var endpoint: Int?
    public var scale: Double?
    public var slots: Int?
    public var mode: Mode?
    public var errorShare: Double?
    public var errorStatus = 503
    public var errorsTakeTime = false

    public init(at: Duration) {
        self.at = at
    }
}
