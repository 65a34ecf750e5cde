/// Writes TOML, line by line.
struct TomlWriter {
    private(set) var text = ""

    mutating func header(_ name: String) {
        if !text.isEmpty { text += "\n" }
        text += "\(name)\n"
    }

    mutating func write(_ key: String, _ value: String) { text += "\(key) = \(value)\n" }

    mutating func write(_ key: String, string: String) { write(key, Self.string(string)) }

    mutating func write(_ key: String, duration: Duration) {
        write(key, string: DurationText.write(duration))
    }

    mutating func write(_ key: String, size: Int64) { write(key, string: SizeText.write(size)) }

    mutating func write(_ key: String, strings: [String]) {
        write(key, "[\(strings.map(Self.string).joined(separator: ", "))]")
    }

    /// A basic string: quotes, backslashes and control characters escaped.
    static func string(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            case "\r": written += "\\r"
            default:
                let isControl = scalar.value < 0x20 || scalar.value == 0x7F
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
                written += isControl ? "\\u\(zeros)\(digits)" : String(scalar)
            }
        }
        return written + "\""
    }

    /// A key: bare if it may be, else quoted.
    static func key(_ name: String) -> String {
        let isBare =
            !name.isEmpty
            && name.utf8.allSatisfy { HostSyntax.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
        return isBare ? name : string(name)
    }
}
