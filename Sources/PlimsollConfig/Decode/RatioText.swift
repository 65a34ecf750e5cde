/// Parts of a whole as people write them: `0.5`, `1` or `"50%"`.
enum RatioText {
    /// `"50%"`, `"12.5%"`: digits, perhaps a point and more digits, and a per cent sign. nil for
    /// anything else; signs, exponents, inf and nan included.
    static func parsePercentage(_ text: String) -> Double? {
        guard text.utf8.last == UInt8(ascii: "%") else { return nil }
        let number = text.utf8.dropLast()
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        for part in parts {
            let isDecimal = part.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            guard isDecimal, (1...9).contains(part.count) else { return nil }
        }
        return Double(Substring(number)).map { $0 / 100 }
    }

    static func write(_ ratio: Double) -> String {
        ratio == ratio.rounded() ? "\(Int64(ratio)).0" : "\(ratio)"
    }
}
