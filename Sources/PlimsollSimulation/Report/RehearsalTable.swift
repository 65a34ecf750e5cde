/// Lines of columns; the first is flush left, the others flush right.
struct RehearsalTable {
    private var rows: [[String]] = []

    init(_ heads: [String]) {
        rows = [heads]
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    var text: String {
        let columns = rows[0].count
        let widths = (0..<columns).map { column in
            rows.map { $0[column].unicodeScalars.count }.max() ?? 0
        }
        return rows.map { row in
            var line = "  "
            for column in 0..<columns {
                let blanks = String(
                    repeating: " ", count: widths[column] - row[column].unicodeScalars.count)
                line += column == 0 ? row[column] + blanks : "  " + blanks + row[column]
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
