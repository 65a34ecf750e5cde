import PlimsollCore

/// What would have happened, drawn: an SVG that needs nothing else and suits light and dark.
public struct RehearsalChart {
    private let runs: [(label: String, result: RehearsalResult)]
    private let objectiveNanoseconds: Int64

    private static var plotWidth: Double { 640 }
    private static var plotHeight: Double { 130 }
    private static var panelHeight: Double { 200 }
    private static var columnWidth: Double { 740 }
    /// More upstreams than these are left to the table.
    private static var upstreamsMaximum: Int { 6 }

    /// - Parameter runs: one, or two of the same traffic, drawn side by side with the same axes.
    public init(
        _ runs: [(label: String, result: RehearsalResult)], objectiveNanoseconds: Int64
    ) {
        self.runs = runs
        self.objectiveNanoseconds = objectiveNanoseconds
    }

    public var svg: String {
        var columns = runs.map { panels(of: $0.result) }
        for row in columns[0].indices {
            // Both sides have the same upstreams or not; where they do, they have the same axes.
            let tops = columns.compactMap { row < $0.count ? $0[row].top : nil }
            for column in columns.indices where row < columns[column].count {
                columns[column][row].top = tops.max() ?? 1
            }
        }
        let rows = columns.map(\.count).max() ?? 0
        let width = Int(Self.columnWidth) * runs.count
        let height = 40 + rows * Int(Self.panelHeight)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" role="img">
            <title>plimsoll sim: \(escaped(runs.map(\.label).joined(separator: " and ")))</title>
            <style>\(Self.style)</style>
            <rect class="back" width="\(width)" height="\(height)"/>\n
            """
        for (column, panels) in columns.enumerated() {
            let left = 60 + Double(column) * Self.columnWidth
            text +=
                "<text class=\"h\" x=\"\(Int(left))\" y=\"24\">"
                + "\(escaped(runs[column].label))</text>\n"
            for (row, panel) in panels.enumerated() {
                text += panel.svg(
                    left: left, upper: 80 + Double(row) * Self.panelHeight, width: Self.plotWidth,
                    height: Self.plotHeight,
                    seconds: Double(runs[column].result.durationNanoseconds) / 1e9)
            }
        }
        return text + "</svg>\n"
    }

    private func panels(of result: RehearsalResult) -> [ChartPanel] {
        let slice = Double(result.sliceNanoseconds) / 1e9
        let rate = { (value: (RehearsalResult.Cell) -> Int) -> [Double?] in
            result.p99Nanoseconds.indices.map { index in
                Double(result.classes.reduce(0) { $0 + value($1.slices[index]) }) / slice
            }
        }
        var panels = [
            panel(
                "requests a second, by when they were meant to be sent",
                [
                    ChartPanel.Line(name: "offered", style: "offered", values: rate(\.offered)),
                    ChartPanel.Line(name: "good", style: "good", values: rate(\.good)),
                    ChartPanel.Line(name: "shed", style: "shed", values: rate(\.shed)),
                    ChartPanel.Line(name: "failed", style: "bad", values: rate(\.bad)),
                ])
        ]
        var latency = panel(
            "latency of answers, ms",
            [
                ChartPanel.Line(
                    name: "p99", style: "good",
                    values: result.p99Nanoseconds.map { $0 > 0 ? Double($0) / 1e6 : nil })
            ])
        let objective = Double(objectiveNanoseconds) / 1e6
        latency.mark = (name: "objective", value: objective)
        latency.top = max(latency.top, ChartPanel.top(of: [objective * 1.2]))
        panels.append(latency)
        for upstream in result.upstreams.prefix(Self.upstreamsMaximum) {
            panels.append(self.panel(of: upstream))
        }
        return panels
    }

    private func panel(of upstream: RehearsalResult.Upstream) -> ChartPanel {
        let slices = upstream.slices
        // A limit far above what is in flight would flatten all the rest.
        let busiest = max(1, slices.map { Double($0.inFlightMaximum) }.max() ?? 1)
        let limits = slices.map { $0.limit <= busiest * 8 ? Optional($0.limit) : nil }
        return panel(
            "\(upstream.name): requests at once",
            [
                ChartPanel.Line(name: "limit", style: "limit", values: limits),
                ChartPanel.Line(
                    name: "in flight", style: "flight", values: slices.map(\.inFlight)),
                ChartPanel.Line(
                    name: "queued in the proxy", style: "queued", values: slices.map(\.waiting)),
                ChartPanel.Line(
                    name: "queued in the upstream", style: "bad", values: slices.map(\.inside)),
            ])
    }

    private func panel(_ title: String, _ lines: [ChartPanel.Line]) -> ChartPanel {
        ChartPanel(
            title: title, lines: lines, mark: nil,
            top: ChartPanel.top(of: lines.flatMap { $0.values.compactMap { $0 } }))
    }

    /// Colours that colour-blind people tell apart (Okabe and Ito), on either background.
    private static var style: String {
        """
        text{font:12px system-ui,sans-serif;fill:#333}.h{font-weight:600}.e{text-anchor:end}\
        .m{text-anchor:middle}path{fill:none;stroke-width:1.6}.g{stroke:#ddd;stroke-width:1}\
        .back{fill:#fff}.offered{stroke:#888}.good{stroke:#0072b2}.shed{stroke:#e69f00}\
        .bad{stroke:#d55e00}.limit{stroke:#333;stroke-dasharray:5 3}.flight{stroke:#009e73}\
        .queued{stroke:#cc79a7}.mark{stroke:#d55e00;stroke-dasharray:2 3;stroke-width:1}\
        @media(prefers-color-scheme:dark){text{fill:#ddd}.g{stroke:#3a3a3a}.back{fill:#181818}\
        .limit{stroke:#ddd}.good{stroke:#56b4e9}.offered{stroke:#999}}
        """
    }
}
