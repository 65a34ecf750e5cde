import PlimsollCore

extension MetricsSnapshot {
    /// What connections do, over all loops.
    mutating func addConnectionStates(_ server: ServerState) {
        for state in ConnectionState.allCases {
            let count = server.metrics.reduce(0) { $0 + $1.count(of: state) }
            add(
                state.isUpstream
                    ? MetricCatalogue.upstreamConnections : MetricCatalogue.clientConnections,
                [state.label], count)
        }
    }

    /// How busy each loop is.
    mutating func addBusyShares(_ server: ServerState, at now: Instant) {
        for (index, worker) in server.metrics.enumerated() {
            add(MetricCatalogue.loopBusy, ["\(index)"], nanoseconds: worker.busyNanoseconds)
            add(
                MetricCatalogue.loopUtilization, ["\(index)"],
                .decimal(Double(worker.busyMillionths(at: now)) / 1e6))
        }
    }
}
