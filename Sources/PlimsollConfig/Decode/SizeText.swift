/// Sizes as people write them: a whole number and a unit, `"64KiB"`.
enum SizeText {
    private static let units: [(suffix: String, bytes: Int64)] = [
        ("B", 1), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    static func parse(_ text: String) throws(UnitTextError) -> Int64 {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let suffix = text.utf8.dropFirst(digits.count)
        guard !digits.isEmpty,
            let unit = units.first(where: { suffix.elementsEqual($0.suffix.utf8) })
        else { throw .malformed }
        guard let count = Int64(Substring(digits)) else { throw .overflow }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        guard !overflow else { throw .overflow }
        return bytes
    }

    /// In the largest binary unit that makes it a whole number, else in the largest decimal one.
    static func write(_ bytes: Int64) -> String {
        guard bytes != 0 else { return "0B" }
        let binary = units.last { $0.suffix.hasSuffix("iB") && bytes % $0.bytes == 0 }
        let decimal = units.last { !$0.suffix.hasSuffix("iB") && bytes % $0.bytes == 0 }
        let unit = binary ?? decimal ?? units[0]
        return "\(bytes / unit.bytes)\(unit.suffix)"
    }
}
