/// Where each counter lies in a row of a loop's tables.
enum MetricLayout {
    /// Statuses by their first digit: 1 to 5, and 0 for exchanges that ended without one.
    static var statusClasses: Int { 6 }

    /// The class of a status.
    @inline(__always)
    static func statusClass(_ status: UInt16) -> Int {
        status >= 100 && status < 600 ? Int(status / 100) : 0
    }

    /// A histogram's sum in nanoseconds, then its buckets, each counted alone.
    static var histogramCells: Int { 1 + LatencyBuckets.count }

    /// What is counted of a route.
    enum Route {
        static var statuses: Int { 0 }
        static var cellsPerRow: Int { statuses + MetricLayout.statusClasses }
    }

    /// What is counted of an upstream. Row 0 is for exchanges that had to do with none.
    enum Upstream {
        static var statuses: Int { 0 }
        /// One counter an ``EndReason``, by its position.
        static var reasons: Int { statuses + MetricLayout.statusClasses }
        /// Room for so many reasons; ``WorkerMetrics`` refuses to start with more.
        static var reasonCount: Int { 32 }
        static var attempts: Int { reasons + reasonCount }
        /// One counter a ``RetryReason``.
        static var retries: Int { attempts + 1 }
        static var retryReasonCount: Int { 6 }
        /// One counter a ``RetryDenial``.
        static var denials: Int { retries + retryReasonCount }
        static var denialCount: Int { 5 }
        static var hedges: Int { denials + denialCount }
        static var hedgesWon: Int { hedges + 1 }
        static var reused: Int { hedgesWon + 1 }
        /// One counter a ``BreakerScope``, by its raw value.
        static var breakerScopes: Int { reused + 1 }
        static var breakerScopeCount: Int { 3 }
        static var receivedBytes: Int { breakerScopes + breakerScopeCount }
        static var sentBytes: Int { receivedBytes + 1 }
        static var total: Int { sentBytes + 1 }
        static var upstream: Int { total + MetricLayout.histogramCells }
        static var queue: Int { upstream + MetricLayout.histogramCells }
        static var cellsPerRow: Int { queue + MetricLayout.histogramCells }
    }
}
