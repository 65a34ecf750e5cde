/// Blanks the comments and the insides of string literals of a Swift file; every line keeps its
/// length. Interpolations count as insides.
struct CodeFilter {
    private enum Place {
        case code
        /// Within `\( … )`, so many parentheses deep.
        case interpolation(depth: Int)
        case string(hashes: Int, isMultiline: Bool)
        case lineComment
        case blockComment(depth: Int)
    }

    private let input: [UInt8]
    private var output: [UInt8]
    private var position = 0
    private var places: [Place] = [.code]

    static func code(of bytes: [UInt8]) -> [UInt8] {
        var filter = CodeFilter(input: bytes)
        while filter.position < bytes.count { filter.step() }
        return filter.output
    }

    private init(input: [UInt8]) {
        self.input = input
        output = input
    }

    private mutating func step() {
        switch places.last ?? .code {
        case .code: stepInCode()
        case .interpolation(let depth): stepInInterpolation(depth)
        case .string(let hashes, let isMultiline): stepInString(hashes, isMultiline)
        case .lineComment:
            if input[position] == 0x0A { places.removeLast() }
            blank(1)
        case .blockComment(let depth): stepInBlockComment(depth)
        }
    }

    private mutating func stepInCode() {
        if !entersLiteralOrComment(keepsQuotes: true) { position += 1 }
    }

    private mutating func stepInInterpolation(_ depth: Int) {
        if entersLiteralOrComment(keepsQuotes: false) { return }
        if input[position] == UInt8(ascii: "(") {
            places[places.count - 1] = .interpolation(depth: depth + 1)
        } else if input[position] == UInt8(ascii: ")") {
            if depth == 1 {
                places.removeLast()
            } else {
                places[places.count - 1] = .interpolation(depth: depth - 1)
            }
        }
        blank(1)
    }

    private mutating func entersLiteralOrComment(keepsQuotes: Bool) -> Bool {
        if starts("//") {
            places.append(.lineComment)
            blank(2)
            return true
        }
        if starts("/*") {
            places.append(.blockComment(depth: 1))
            blank(2)
            return true
        }
        var hashes = 0
        while position + hashes < input.count, input[position + hashes] == UInt8(ascii: "#") {
            hashes += 1
        }
        guard starts("\"", at: hashes) else { return false }
        let isMultiline = starts("\"\"\"", at: hashes)
        places.append(.string(hashes: hashes, isMultiline: isMultiline))
        let count = hashes + (isMultiline ? 3 : 1)
        if keepsQuotes { position += count } else { blank(count) }
        return true
    }

    private mutating func stepInString(_ hashes: Int, _ isMultiline: Bool) {
        let marks = String(repeating: "#", count: hashes)
        let end = (isMultiline ? "\"\"\"" : "\"") + marks
        if starts("\\\(marks)(") {
            places.append(.interpolation(depth: 1))
            blank(2 + hashes)
        } else if starts("\\\(marks)") {
            blank(2 + hashes)
        } else if starts(end) {
            places.removeLast()
            if case .code = places.last ?? .code {
                position += end.utf8.count
            } else {
                blank(end.utf8.count)
            }
        } else {
            blank(1)
        }
    }

    private mutating func stepInBlockComment(_ depth: Int) {
        if starts("*/") {
            places.removeLast()
            if depth > 1 { places.append(.blockComment(depth: depth - 1)) }
            blank(2)
        } else if starts("/*") {
            places[places.count - 1] = .blockComment(depth: depth + 1)
            blank(2)
        } else {
            blank(1)
        }
    }

    private func starts(_ text: String, at offset: Int = 0) -> Bool {
        let start = position + offset
        let end = start + text.utf8.count
        return end <= input.count && input[start..<end].elementsEqual(text.utf8)
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where position < input.count {
            if output[position] != 0x0A { output[position] = 0x20 }
            position += 1
        }
    }
}
