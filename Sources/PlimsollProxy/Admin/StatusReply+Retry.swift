import PlimsollCore
import PlimsollPolicy

extension StatusReply {
    /// What was tried again, what was not and why, and what may still be.
    static func writeRetries(
        of upstream: PlanUpstream, _ server: ServerState, at now: Instant,
        to json: inout JSONBuilder
    ) {
        typealias Layout = MetricLayout.Upstream
        var sums = [Int](repeating: 0, count: Layout.cellsPerRow)
        for worker in server.metrics {
            worker.upstreams.add(row: WorkerMetrics.row(of: upstream.index), to: &sums)
        }
        json.add("retry_budget", upstream.shared.retriesLeft(at: now))
        json.object("retries") { json in
            for reason in RetryReason.allCases {
                json.add(reason.label.description, sums[Layout.retries + Int(reason.rawValue)])
            }
        }
        json.object("retries_denied") { json in
            for denial in RetryDenial.allCases {
                json.add(denial.label.description, sums[Layout.denials + Int(denial.rawValue)])
            }
        }
        json.add("hedges", sums[Layout.hedges])
        json.add("hedges_won", sums[Layout.hedgesWon])
    }
}
