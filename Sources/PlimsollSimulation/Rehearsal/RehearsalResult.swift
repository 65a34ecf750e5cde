import PlimsollCore
import PlimsollPolicy

/// What would have happened.
public struct RehearsalResult: Sendable {
    /// One class of requests.
    public struct Class: Sendable {
        public var name: String
        public var priority: Priority
        /// Without the warm-up.
        public var total = RequestTally()
        public var slices: [Cell]
    }

    /// A slice of time of one class, by when requests were meant to be sent.
    public struct Cell: Sendable {
        public var offered = 0
        public var good = 0
        public var ok = 0
        public var shed = 0
        /// Errors, failures and clients that left.
        public var bad = 0
    }

    /// One upstream.
    public struct Upstream: Sendable {
        public var name: String
        /// Requests a second that its endpoints can finish when nothing is wrong; nil: unlimited.
        public var capacity: Double?
        /// Requests that it saw, retries of the proxy's included. Without the warm-up, as all
        /// that follow.
        public var arrived = 0
        public var finished = 0
        /// Finished for nobody: the client or the proxy had given up.
        public var wasted = 0
        public var retries = 0
        /// Slot time spent working, by slot time there was; nil: without slots.
        public var utilisation: Double?
        /// The most that ever waited inside one endpoint.
        public var insideMaximum = 0
        /// Waits for a permit, of those that got one.
        public var wait = LatencyHistogram()
        public var breakerOpenings = 0
        public var slices: [Gauges]
    }

    /// How an upstream stood during a slice: means of the looks taken at it.
    public struct Gauges: Sendable {
        public var limit = 0.0
        public var inFlight = 0.0
        public var inFlightMaximum = 0
        /// Waiting in the proxy.
        public var waiting = 0.0
        /// Waiting inside the upstream.
        public var inside = 0.0
        /// 0 to 1.
        public var busy = 0.0
        public var wasted = 0
        var looks = 0
    }

    public var seed: UInt64
    public var loops: Int
    public var durationNanoseconds: Int64
    public var warmupNanoseconds: Int64
    public var sliceNanoseconds: Int64
    public var classes: [Class]
    public var upstreams: [Upstream]
    /// The 99th percentile of the latency of good and late answers in each slice, all classes.
    public var p99Nanoseconds: [Int64]
    /// Sentences about what the reader should know.
    public var notes: [String] = []
    /// Requests that the proxy received: what the simulation had to do.
    public var requestsHandled = 0

    /// All classes together.
    public var total: RequestTally {
        classes.reduce(into: RequestTally()) { $0.add($1.total) }
    }

    /// The time that totals cover, in seconds.
    public var countedSeconds: Double {
        Double(durationNanoseconds - warmupNanoseconds) / 1e9
    }
}
