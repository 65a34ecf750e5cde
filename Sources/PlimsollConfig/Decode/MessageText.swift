/// A string as a message shows it: in quotes, on one line, not endless.
func quoted(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(80) {
        switch scalar {
        case "\r": shown += "\\r"
        case "\n": shown += "\\n"
        case "\t": shown += "\\t"
        case "\"": shown += "\\\""
        default:
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            shown += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }
    return "\"\(shown)\(text.unicodeScalars.count > 80 ? "…" : "")\""
}

/// A scalar as it stands in the file, nearly.
func written(_ value: TomlValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .table, .array, .dateTime: value.kindName
    }
}
