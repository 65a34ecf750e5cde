/// Numbers as a report shows them.
enum FixedText {
    /// So many digits behind the point; rounded half away from zero.
    static func write(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let whole = Int64(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let divisor = Int64(scale)
        let rest = "\(whole % divisor)"
        let zeros = String(repeating: "0", count: digits - rest.utf8.count)
        return "\(sign)\(whole / divisor).\(zeros)\(rest)"
    }

    /// `12.3 ms`, in milliseconds below ten seconds.
    static func latency(_ nanoseconds: Int64) -> String {
        if nanoseconds >= 10_000_000_000 {
            return "\(write(Double(nanoseconds) / 1e9, digits: 1)) s"
        }
        return "\(write(Double(nanoseconds) / 1e6, digits: 1)) ms"
    }

    /// `12.3 %` of a whole; `-` of none.
    static func share(_ part: Int, of whole: Int) -> String {
        whole > 0 ? "\(write(Double(part) / Double(whole) * 100, digits: 1)) %" : "-"
    }
}
