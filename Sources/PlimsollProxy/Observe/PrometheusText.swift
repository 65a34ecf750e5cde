/// Metrics as text: Prometheus' own format (version 0.0.4), or OpenMetrics 1.0 for who asks.
enum PrometheusText {
    enum Format {
        case prometheus
        case openMetrics

        var contentType: StaticString {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    static func write(_ snapshot: MetricsSnapshot, _ format: Format) -> String {
        var text = ""
        for metric in MetricCatalogue.all {
            let samples = snapshot.samples(of: metric)
            guard !samples.isEmpty else { continue }
            // OpenMetrics names a counter's family without its suffix.
            let family =
                format == .openMetrics && metric.kind == .counter
                ? String(metric.name.dropLast("_total".count)) : metric.name
            text += "# HELP \(family) \(escaped(metric.help, quotes: false)).\n"
            text += "# TYPE \(family) \(metric.kind.rawValue)\n"
            for sample in samples {
                write(sample, of: metric, to: &text)
            }
        }
        if format == .openMetrics {
            text += "# EOF\n"
        }
        return text
    }

    private static func write(
        _ sample: MetricsSnapshot.Sample, of metric: MetricDescription, to text: inout String
    ) {
        let labels = zip(metric.labels, sample.labels).map {
            "\($0)=\"\(escaped($1, quotes: true))\""
        }
        switch sample.value {
        case .integer(let value):
            text += "\(metric.name)\(braced(labels)) \(value)\n"
        case .decimal(let value):
            text += "\(metric.name)\(braced(labels)) \(value)\n"
        case .histogram(let histogram):
            var count = 0
            for (position, label) in LatencyBuckets.labels.enumerated() {
                count += histogram.buckets[position]
                text += "\(metric.name)_bucket\(braced(labels + ["le=\"\(label)\""])) \(count)\n"
            }
            count += histogram.buckets[LatencyBuckets.boundedCount]
            text += "\(metric.name)_bucket\(braced(labels + ["le=\"+Inf\""])) \(count)\n"
            text += "\(metric.name)_sum\(braced(labels)) "
            text += "\(Double(histogram.sumNanoseconds) / 1e9)\n"
            text += "\(metric.name)_count\(braced(labels)) \(count)\n"
        }
    }

    private static func braced(_ labels: [String]) -> String {
        labels.isEmpty ? "" : "{" + labels.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
