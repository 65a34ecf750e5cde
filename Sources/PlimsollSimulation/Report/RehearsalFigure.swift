import PlimsollCore
import PlimsollPolicy

/// A figure of a whole run: what two runs are compared by.
struct RehearsalFigure {
    enum Unit {
        case perSecond
        case share
        case milliseconds
        case count
    }

    var name: String
    var unit: Unit
    var value: Double

    var text: String { Self.text(value, unit) }

    /// How much more the other run has: points for shares, otherwise the amount.
    func difference(to other: RehearsalFigure) -> String {
        let change = other.value - value
        let sign = change > 0 ? "+" : ""
        switch unit {
        case .share: return "\(sign)\(FixedText.write(change * 100, digits: 1)) points"
        case .perSecond, .milliseconds, .count: return sign + Self.text(change, unit)
        }
    }

    private static func text(_ value: Double, _ unit: Unit) -> String {
        switch unit {
        case .perSecond: FixedText.write(value, digits: 1) + "/s"
        case .share: FixedText.write(value * 100, digits: 1) + " %"
        case .milliseconds: FixedText.write(value, digits: 1) + " ms"
        case .count: FixedText.write(value, digits: 0)
        }
    }

    /// The figures of a run, in the order of the report: of all requests, by class, by upstream.
    static func all(of result: RehearsalResult) -> [RehearsalFigure] {
        let total = result.total
        let seconds = max(result.countedSeconds, 1e-9)
        let offered = Double(max(1, total.offered))
        var figures = [
            RehearsalFigure(
                name: "offered", unit: .perSecond, value: Double(total.offered) / seconds),
            RehearsalFigure(name: "goodput", unit: .perSecond, value: Double(total.good) / seconds),
            RehearsalFigure(name: "good", unit: .share, value: Double(total.good) / offered),
            RehearsalFigure(name: "shed", unit: .share, value: Double(total.shedCount) / offered),
        ]
        for reason in ShedReason.allCases where total.shed[Int(reason.rawValue)] > 0 {
            figures.append(
                RehearsalFigure(
                    name: "shed \(reason.label)", unit: .share,
                    value: Double(total.shed[Int(reason.rawValue)]) / offered))
        }
        let bad = total.errors + total.failed + total.timedOut
        figures.append(
            RehearsalFigure(
                name: "failed or timed out", unit: .share, value: Double(bad) / offered))
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            figures.append(
                RehearsalFigure(
                    name: "latency \(name)", unit: .milliseconds,
                    value: Double(total.latency.quantile(share)) / 1e6))
        }
        if result.classes.count > 1 {
            for kind in result.classes {
                figures.append(
                    RehearsalFigure(
                        name: "good \(kind.name)", unit: .share,
                        value: Double(kind.total.good) / Double(max(1, kind.total.offered))))
            }
        }
        for upstream in result.upstreams {
            figures += of(upstream)
        }
        return figures
    }

    private static func of(_ upstream: RehearsalResult.Upstream) -> [RehearsalFigure] {
        var figures: [RehearsalFigure] = []
        if let utilisation = upstream.utilisation {
            figures.append(
                RehearsalFigure(
                    name: "\(upstream.name) utilisation", unit: .share, value: utilisation))
        }
        figures.append(
            RehearsalFigure(
                name: "\(upstream.name) wait p99", unit: .milliseconds,
                value: Double(upstream.wait.quantile(0.99)) / 1e6))
        figures.append(
            RehearsalFigure(
                name: "\(upstream.name) wasted", unit: .count, value: Double(upstream.wasted)))
        figures.append(
            RehearsalFigure(
                name: "\(upstream.name) retries", unit: .count, value: Double(upstream.retries)))
        return figures
    }
}
