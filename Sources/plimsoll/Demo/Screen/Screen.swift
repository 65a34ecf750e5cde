import Glibc
import PlimsollIO

/// Where the story is told: on a terminal the table is redrawn in place, elsewhere it is a line a
/// second.
struct Screen {
    let isTerminal: Bool
    /// Lines of the table that stand below the last line of text.
    private var drawn = 0

    init() {
        let term = Environment.value("TERM") ?? "dumb"
        isTerminal = isatty(StandardStream.output.rawValue) == 1 && term != "dumb"
    }

    /// How often the table is drawn, in nanoseconds.
    var periodNanoseconds: Int64 { isTerminal ? 200_000_000 : 1_000_000_000 }

    /// Writes lines of text below whatever stands there.
    mutating func tell(_ lines: [String]) {
        StandardStream.output.write(lines.map { $0 + "\n" }.joined())
        drawn = 0
    }

    /// The same with a heading that stands out.
    mutating func tell(heading: String, _ lines: [String]) {
        let text = isTerminal ? "\u{1B}[1m\(heading)\u{1B}[0m" : heading
        tell(["", text] + lines)
    }

    mutating func draw(_ table: LiveTable) {
        guard isTerminal else {
            StandardStream.output.write(table.summary + "\n")
            return
        }
        let lines = table.lines
        // One write, so that no half-drawn table is ever seen: up to the old table's first line,
        // each line written anew and its rest erased.
        var text = drawn > 0 ? "\u{1B}[\(drawn)A\r" : ""
        for line in lines {
            text += line + "\u{1B}[K\n"
        }
        StandardStream.output.write(text)
        drawn = lines.count
    }
}
