import Glibc

/// A file of the repository: its text, and its code without comments and the insides of strings.
struct SourceFile: Sendable {
    private let codeText: [CChar]
    private let fullText: [CChar]
    /// From the repository's root.
    let path: String
    let lines: [String]
    /// As `lines`, but only what the compiler acts on. For Swift files; else empty.
    let code: [String]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        lines = Self.split(bytes)
        let codeBytes = path.hasSuffix(".swift") ? CodeFilter.code(of: bytes) : []
        code = Self.split(codeBytes)
        codeText = codeBytes.map(CChar.init(bitPattern:)) + [0]
        fullText = bytes.map(CChar.init(bitPattern:)) + [0]
    }

    /// Lines where the word stands, from 1.
    func lines(with word: String, inComments: Bool) -> [Int] {
        // One quick look at the whole file, since most words are in hardly any.
        guard strstr(inComments ? fullText : codeText, word) != nil else { return [] }
        return (inComments ? lines : code).enumerated().compactMap { index, line in
            line.contains(word: word) ? index + 1 : nil
        }
    }

    private static func split(_ bytes: [UInt8]) -> [String] {
        var parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last part of the path without its ending.
    var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.split(separator: ".").first.map(String.init) ?? file
    }

    /// The module's imports, each with its line number.
    var imports: [(line: Int, module: String)] {
        code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({ $0.hasPrefix("@") || $0 == "public" })
            else { return nil }
            return (index + 1, String(words[position + 1]))
        }
    }

    /// The place and what is wrong there, as an editor can follow it.
    func finding(_ line: Int, _ text: String) -> String { "\(path):\(line): \(text)" }
}

extension String {
    /// Whether the word stands in the text, not as a part of a longer word.
    func contains(word: String) -> Bool {
        let text = Array(utf8)
        let word = Array(word.utf8)
        guard let first = word.first, let last = word.last, text.count >= word.count else {
            return false
        }
        for start in 0...(text.count - word.count) where text[start] == first {
            let end = start + word.count
            guard text[start..<end].elementsEqual(word) else { continue }
            let isBefore = start > 0 && first.isWordByte && text[start - 1].isWordByte
            let isAfter = end < text.count && last.isWordByte && text[end].isWordByte
            if !isBefore && !isAfter { return true }
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}
