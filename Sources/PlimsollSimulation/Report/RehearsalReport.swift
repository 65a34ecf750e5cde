import PlimsollCore
import PlimsollPolicy

/// What would have happened, for people.
public struct RehearsalReport {
    private let runs: [(label: String, result: RehearsalResult)]

    /// - Parameter runs: one, or two of the same traffic; the label is the configuration's name.
    public init(_ runs: [(label: String, result: RehearsalResult)]) {
        require(runs.count == 1 || runs.count == 2, "a report is of one run or of two")
        self.runs = runs
    }

    public var text: String {
        let first = runs[0].result
        var text = """
            \(FixedText.write(Double(first.durationNanoseconds) / 1e9, digits: 1)) s of traffic, \
            seed \(first.seed), \(first.loops) \(first.loops == 1 ? "loop" : "loops")\
            \(first.warmupNanoseconds > 0 ? ", the first "
                + FixedText.write(Double(first.warmupNanoseconds) / 1e9, digits: 1)
                + " s not counted" : "")

            """
        for run in runs {
            text += "\n\(run.label)\n" + classes(of: run.result) + upstreams(of: run.result)
        }
        if runs.count == 2 { text += "\nside by side\n" + comparison }
        var notes: [String] = []
        for note in runs.flatMap(\.result.notes) where !notes.contains(note) { notes.append(note) }
        if !notes.isEmpty { text += "\n" + notes.map { "note: \($0)\n" }.joined() }
        return text
    }

    private func classes(of result: RehearsalResult) -> String {
        var table = RehearsalTable([
            "class", "offered", "goodput", "good", "shed", "errors", "failed", "timed out", "p50",
            "p99", "p999",
        ])
        for kind in result.classes {
            table.add(row(kind.name, kind.total, result))
        }
        if result.classes.count > 1 { table.add(row("all", result.total, result)) }
        var text = table.text
        for kind in result.classes {
            let reasons = ShedReason.allCases.filter { kind.total.shed[Int($0.rawValue)] > 0 }
            guard !reasons.isEmpty else { continue }
            let shares = reasons.map {
                "\($0.label) "
                    + FixedText.share(kind.total.shed[Int($0.rawValue)], of: kind.total.offered)
            }
            text += "  \(kind.name) shed: \(shares.joined(separator: ", "))\n"
        }
        for kind in result.classes where kind.total.returned > 0 {
            text +=
                "  \(kind.name): \(kind.total.returned) came back after Retry-After, "
                + FixedText.share(kind.total.returnedAdmitted, of: kind.total.returned)
                + " were let in\n"
        }
        for kind in result.classes where kind.total.attempts > kind.total.offered {
            let times = Double(kind.total.attempts) / Double(max(1, kind.total.offered))
            text +=
                "  \(kind.name): clients sent each request "
                + "\(FixedText.write(times, digits: 2)) times\n"
        }
        return text
    }

    private func row(
        _ name: String, _ tally: RequestTally, _ result: RehearsalResult
    ) -> [String] {
        let seconds = max(result.countedSeconds, 1e-9)
        return [
            name, FixedText.write(Double(tally.offered) / seconds, digits: 1) + "/s",
            FixedText.write(Double(tally.good) / seconds, digits: 1) + "/s",
            FixedText.share(tally.good, of: tally.offered),
            FixedText.share(tally.shedCount, of: tally.offered),
            FixedText.share(tally.errors, of: tally.offered),
            FixedText.share(tally.failed, of: tally.offered),
            FixedText.share(tally.timedOut, of: tally.offered),
            FixedText.latency(tally.latency.quantile(0.5)),
            FixedText.latency(tally.latency.quantile(0.99)),
            FixedText.latency(tally.latency.quantile(0.999)),
        ]
    }

    private func upstreams(of result: RehearsalResult) -> String {
        var table = RehearsalTable([
            "upstream", "capacity", "used", "limit", "in flight", "queued", "wait p50",
            "wait p99", "inside at most", "seen", "retries", "wasted", "breaker opened",
        ])
        for upstream in result.upstreams {
            let counted = upstream.slices.dropFirst(
                Int(result.warmupNanoseconds / result.sliceNanoseconds))
            let mean = { (value: (RehearsalResult.Gauges) -> Double) in
                counted.reduce(0) { $0 + value($1) } / Double(max(1, counted.count))
            }
            table.add([
                upstream.name,
                upstream.capacity.map { FixedText.write($0, digits: 1) + "/s" } ?? "unlimited",
                upstream.utilisation.map { FixedText.write($0 * 100, digits: 1) + " %" } ?? "-",
                limit(mean(\.limit)), FixedText.write(mean(\.inFlight), digits: 1),
                FixedText.write(mean(\.waiting), digits: 1),
                FixedText.latency(upstream.wait.quantile(0.5)),
                FixedText.latency(upstream.wait.quantile(0.99)),
                "\(upstream.insideMaximum)", "\(upstream.arrived)", "\(upstream.retries)",
                "\(upstream.wasted)", "\(upstream.breakerOpenings)",
            ])
        }
        return table.text
    }

    /// A bulkhead that is off has a limit beyond all bounds.
    private func limit(_ mean: Double) -> String {
        mean >= 1e9 ? "none" : FixedText.write(mean, digits: 1)
    }

    private var comparison: String {
        let figures = runs.map { RehearsalFigure.all(of: $0.result) }
        var table = RehearsalTable(["", runs[0].label, runs[1].label, "difference"])
        var names = figures[0].map(\.name)
        for figure in figures[1] where !names.contains(figure.name) { names.append(figure.name) }
        for name in names {
            let pair = figures.map { run in run.first { $0.name == name } }
            // A reason that only one of them has is a share of nothing in the other.
            guard let any = pair[0] ?? pair[1] else { continue }
            let zero = RehearsalFigure(name: name, unit: any.unit, value: 0)
            let left = pair[0] ?? zero
            let right = pair[1] ?? zero
            table.add([name, left.text, right.text, left.difference(to: right)])
        }
        return table.text
    }
}
