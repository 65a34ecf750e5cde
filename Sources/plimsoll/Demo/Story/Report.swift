import PlimsollCore

/// The end of the story: what clients saw in each act, and what that proves.
struct Report {
    let journal: Journal
    let facts: StoryFacts

    var verdict: Verdict {
        let calm = journal.record(.payments, scene: facts.calm)
        let protected = journal.record(.payments, scene: facts.protected)
        return Verdict(
            calmP99: calm.goodLatency.quantile(0.99), protectedShare: protected.goodShare ?? 0,
            protectedP99: protected.goodLatency.quantile(0.99),
            calmLateness: calm.lateness.quantile(0.99),
            protectedLateness: protected.lateness.quantile(0.99), protectedCount: protected.ended,
            insideMaximum: facts.insideMaximum, recovery: facts.recovery)
    }

    var lines: [String] {
        let acts = [
            ("calm", facts.calm), ("stall, no protection", facts.unprotected),
            ("stall, protected", facts.protected),
        ]
        var lines = [Self.heading]
        for service in [DemoService.payments, .recommendations] {
            for (name, scene) in acts {
                lines.append(Self.line(service, name, journal.record(service, scene: scene)))
            }
        }
        lines.append("")
        let refused = journal.record(.recommendations, scene: facts.protected).refusedLatency
        if refused.count > 0 {
            lines.append(
                "  errors of the stalled service, protected: half within "
                    + "\(Figure.milliseconds(refused.quantile(0.5))), 90 % within "
                    + Figure.milliseconds(refused.quantile(0.9)))
        }
        lines.append(
            "  its breaker closed \(facts.closedAfter.map(Figure.seconds) ?? "never") "
                + "after the end of the stall")
        if journal.standstillNanoseconds > 0 {
            lines.append(
                "  the machine stood still for "
                    + Figure.milliseconds(journal.standstillNanoseconds)
                    + "; requests of that time do not count")
        }
        lines.append(
            "  the demo itself was late by at most (99 %): calm "
                + "\(Figure.milliseconds(verdict.calmLateness)), protected "
                + Figure.milliseconds(verdict.protectedLateness))
        lines.append("")
        for check in verdict.checks {
            lines.append("  \(check.holds ? "yes" : " NO")  \(check.claim): \(check.measured)")
        }
        lines.append("")
        lines.append(
            verdict.holds
                ? "The protection worked." : "The protection did NOT work as it should.")
        return lines
    }

    private static let heading =
        "  " + "service".left(16) + "act".left(22) + "served".right(8) + "errors".right(8)
        + "gave up".right(9) + "p50".right(10) + "p99".right(11)

    private static func line(
        _ service: DemoService, _ act: String, _ record: TrafficRecord
    ) -> String {
        let served = record.goodShare.map(Figure.percent) ?? "-"
        let latency = record.goodLatency
        let p50 = record.good == 0 ? "-" : Figure.milliseconds(latency.quantile(0.5))
        let p99 = record.good == 0 ? "-" : Figure.milliseconds(latency.quantile(0.99))
        return "  " + service.name.left(16) + act.left(22) + served.right(8)
            + "\(record.refused + record.failed)".right(8) + "\(record.timedOut)".right(9)
            + p50.right(10) + p99.right(11)
    }
}
