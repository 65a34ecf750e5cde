import PlimsollConfig
import PlimsollProxy

/// The worst that a configuration can cost, as `check` prints it.
struct CapacityReport {
    let worst: WorstCase
    /// What may be open at once here.
    let descriptorLimit: Int

    var text: String {
        var lines = ["worst case on this machine, with \(counted(worst.loops, "loop")):"]
        lines.append("  memory: at most \(Self.mebibytes(worst.memoryBytes)) MiB")
        for part in worst.memory {
            lines.append("    \(Self.mebibytes(part.bytes)) MiB \(part.name)")
        }
        let shortage = worst.descriptors > descriptorLimit ? "; this shell allows fewer" : ""
        lines.append(
            "  descriptors: at most \(worst.descriptors) of \(descriptorLimit)\(shortage)")
        for upstream in worst.upstreams {
            lines.append("  upstream \(upstream.name): \(Self.admission(upstream))")
        }
        return lines.map { "\($0)\n" }.joined()
    }

    private static func admission(_ upstream: WorstCase.Upstream) -> String {
        guard let concurrency = upstream.concurrency else {
            return "as many in flight as come (its bulkhead is off)"
        }
        guard upstream.queue > 0 else { return "\(concurrency) in flight, no queue" }
        return "\(concurrency) in flight, \(upstream.queue) waiting for at most "
            + "\(seconds(upstream.wait)) s"
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Rounded up.
    private static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }

    /// With as many places as it takes, at most three.
    private static func seconds(_ duration: Duration) -> String {
        let (whole, atto) = duration.components
        let thousandths = String(1_000 + atto / 1_000_000_000_000_000).dropFirst()
        let places = thousandths.replacing(/0+$/, with: "")
        return places.isEmpty ? "\(whole)" : "\(whole).\(places)"
    }
}
