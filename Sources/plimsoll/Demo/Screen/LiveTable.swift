import PlimsollCore
import PlimsollPolicy

/// The live table: what clients saw in the last second, and what the proxy holds now.
struct LiveTable {
    struct Row {
        var service: DemoService
        var traffic: TrafficRecord
        var upstream: ProxyView.Upstream
        /// A word on how the service is: nothing, `stalled`, `ill`.
        var condition = ""
    }

    var rows: [Row]
    var connections: Int
    /// Since the scene began.
    var elapsedNanoseconds: Int64

    static let heading =
        "  " + "service".left(16) + "sent/s".right(7) + "good/s".right(8) + "bad/s".right(7)
        + "p99".right(10) + "in flight".right(11) + "waiting".right(9) + "  breaker"

    /// The lines for a terminal: always as many.
    var lines: [String] {
        var lines = [Self.heading]
        for row in rows {
            lines.append(Self.line(row))
        }
        lines.append(
            "  client connections \(connections) of \(DemoConfiguration.connectionsMaximum)"
                + ", \(Figure.seconds(elapsedNanoseconds)) into the act")
        return lines
    }

    private static func line(_ row: Row) -> String {
        let traffic = row.traffic
        let limit = row.upstream.limit.map { "/\($0)" } ?? ""
        return "  " + row.service.name.left(16) + "\(traffic.sent)".right(7)
            + "\(traffic.good)".right(8) + "\(traffic.bad)".right(7) + p99(traffic).right(10)
            + "\(row.upstream.inFlight)\(limit)".right(11) + "\(row.upstream.waiting)".right(9)
            + "  " + (row.upstream.breaker.map { "\($0.state.label)" } ?? "-")
            + (row.condition.isEmpty ? "" : " (\(row.condition))")
    }

    private static func p99(_ traffic: TrafficRecord) -> String {
        traffic.good == 0 ? "-" : Figure.milliseconds(traffic.goodLatency.quantile(0.99))
    }

    /// One line, for a log or a pipe.
    var summary: String {
        let services = rows.map { row in
            let breaker = row.upstream.breaker.map { ", \($0.state.label)" } ?? ""
            return "\(row.service.name) \(row.traffic.good) good \(row.traffic.bad) bad"
                + " p99 \(Self.p99(row.traffic))\(breaker)"
        }
        return "\(Figure.seconds(elapsedNanoseconds).right(7)) | "
            + services.joined(separator: " | ") + " | \(connections) connections"
    }
}
