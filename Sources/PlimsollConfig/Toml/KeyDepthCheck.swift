/// Finds dotted keys of absurd length before toml++ sees them: it makes a table for each part, one
/// inside the other, and takes them down again by recursion, which ends with the stack.
///
/// Knows just enough of TOML to step over strings and comments. Where a text is so wrong that this
/// loses its way, toml++ stops there as well.
struct KeyDepthCheck {
    /// The longest key there is has five parts.
    static let partsMaximum = 16

    private let text: [UInt8]
    private var index = 0

    private init(_ text: [UInt8]) { self.text = text }

    /// Where a key has too many parts; nil when none has.
    static func firstFault(in text: [UInt8]) -> TomlPosition? {
        var check = KeyDepthCheck(text)
        return check.find().map { offset in
            let before = text[..<offset]
            let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            // Columns count code points: all bytes but those that continue one.
            return TomlPosition(
                line: before.count { $0 == UInt8(ascii: "\n") } + 1,
                column: text[lineStart..<offset].count { $0 & 0xC0 != 0x80 } + 1)
        }
    }

    private mutating func find() -> Int? {
        var parts = 1
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "."):
                parts += 1
                if parts > Self.partsMaximum { return index }
                index += 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(text[index])
            case UInt8(ascii: "#"):
                while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
            case UInt8(ascii: "="), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
                UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: "\n"):
                parts = 1
                index += 1
            default: index += 1
            }
        }
        return nil
    }

    /// From an opening quote to behind the closing one; a single-line string ends with its line.
    private mutating func skipString(_ quote: UInt8) {
        let isLong = startsWithThree(quote)
        index += isLong ? 3 : 1
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                index += 2
            } else if isLong ? startsWithThree(quote) : byte == quote {
                index += isLong ? 3 : 1
                return
            } else if !isLong, byte == UInt8(ascii: "\n") {
                return
            } else {
                index += 1
            }
        }
    }

    private func startsWithThree(_ quote: UInt8) -> Bool {
        index + 2 < text.count && text[index] == quote && text[index + 1] == quote
            && text[index + 2] == quote
    }
}
