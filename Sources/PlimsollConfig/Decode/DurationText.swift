/// Durations as people write them: a whole number and a unit, `"250ms"`.
public enum DurationText {
    /// Longest unit first where one ends in another.
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    static func parse(_ text: String) throws(UnitTextError) -> Duration {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let suffix = text.utf8.dropFirst(digits.count)
        guard !digits.isEmpty,
            let unit = units.first(where: { suffix.elementsEqual($0.suffix.utf8) })
        else { throw .malformed }
        guard let count = Int64(Substring(digits)) else { throw .overflow }
        let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { throw .overflow }
        return .nanoseconds(nanoseconds)
    }

    /// In the largest unit that makes it a whole number; `"0s"` for zero.
    public static func write(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        guard nanoseconds != 0 else { return "0s" }
        let unit = units.last { nanoseconds % $0.nanoseconds == 0 } ?? units[0]
        return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
    }
}
