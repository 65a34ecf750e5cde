import PlimsollConfig
import PlimsollPolicy

/// The worst that a configuration can cost: what `check --print` says.
struct CapacityReport {
    /// Bytes of connection buffers over all loops.
    let bufferBytes: Int
    /// Sockets open at once: every client connection with one to an upstream, listeners per loop,
    /// and what the process needs for itself.
    let descriptors: Int
    let loops: Int
    /// Per upstream: its name, requests in flight, requests that wait, and the longest wait.
    let upstreams: [(name: String, concurrency: Int, queue: Int, wait: Duration)]

    /// Logs, timers, wake-ups, signals, and the connections of the admin server.
    private static var ownDescriptors: Int { 64 }

    init(_ configuration: Configuration, coresAvailable: Int) {
        let loops =
            switch configuration.server.loops {
            case .automatic: coresAvailable
            case .exactly(let count): count
            }
        self.loops = loops
        bufferBytes = configuration.server.bufferMemory
        let clients = configuration.listeners.reduce(0) { $0 + $1.connectionsMaximum }
        let idle = configuration.upstreams.reduce(0) {
            $0 + $1.endpoints.count * $1.idleConnectionsMaximum * loops
        }
        descriptors =
            clients * 2 + idle + configuration.listeners.count * loops * 2 + Self.ownDescriptors
        upstreams = configuration.upstreams.map {
            ($0.name, $0.bulkhead.concurrency, $0.bulkhead.queue, $0.bulkhead.queueTimeout)
        }
    }

    var text: String {
        var lines = [
            "loops: \(loops)",
            "buffer memory: at most \(bufferBytes >> 20) MiB",
            "descriptors: at most \(descriptors)",
        ]
        for upstream in upstreams {
            lines.append(
                "upstream \(upstream.name): at most \(upstream.concurrency) in flight, "
                    + "\(upstream.queue) waiting, each for at most "
                    + DurationText.write(upstream.wait)
            )
        }
        return lines.map { "\($0)\n" }.joined()
    }
}
