/// A function, initialiser or accessor of a file.
struct FunctionScan {
    /// Where it begins, from 1.
    let line: Int
    /// From its first line to its closing brace.
    let lineCount: Int
    /// Nearly every line is one case of a switch and what it stands for: a table, which is easier
    /// to read whole.
    let isTable: Bool

    static func functions(of file: SourceFile) -> [FunctionScan] {
        var found: [FunctionScan] = []
        for (index, line) in file.code.enumerated() where begins(line) {
            guard let end = end(of: file.code, from: index) else { continue }
            let body = file.code[index...end]
            let rows = body.count { row in
                let text = row.drop { $0 == " " }
                return text.hasPrefix("case ") && text.contains(":")
            }
            found.append(
                FunctionScan(
                    line: index + 1, lineCount: end - index + 1, isTable: rows * 2 > body.count))
        }
        return found
    }

    private static func begins(_ line: String) -> Bool {
        guard let last = line.utf8.last, last != 0x20, line.utf8.count > 8 else { return false }
        return line.contains(word: "func")
            || line.contains("init(") && !line.contains(".init(")
                && !line.contains("super.")
            || line.contains("init?(")
            || line.contains(word: "deinit")
            || line.contains(word: "var") && line.hasSuffix("{")
    }

    /// The line of the brace that closes the first one opened; nil when the declaration has no body
    /// (a protocol's).
    private static func end(of code: [String], from start: Int) -> Int? {
        var depth = 0
        var parentheses = 0
        var hasOpened = false
        for index in start..<code.count {
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{"):
                    depth += 1
                    hasOpened = true
                case UInt8(ascii: "}"): depth -= 1
                default: break
                }
                if depth < 0 { return nil }
                if hasOpened && depth == 0 && parentheses == 0 { return index }
            }
            let isDone = !hasOpened && parentheses == 0 && index > start
            if isDone && begins(code[index]) { return nil }
        }
        return nil
    }
}
