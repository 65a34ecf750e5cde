/// One key of the configuration file. The list of all of them, ``ConfigurationKey/all``, is the
/// only place that knows names, defaults and ranges: decoding, hints, `check --print` and
/// docs/CONFIGURATION.md follow it.
public struct ConfigurationKey: Sendable {
    /// What may stand behind the equals sign.
    enum Shape: Sendable {
        case boolean
        case integer(ClosedRange<Int64>)
        /// A number and a unit; `word`, when there is one, stands for "no such limit".
        case duration(ClosedRange<Duration>, word: String? = nil)
        case size(ClosedRange<Int64>, word: String? = nil)
        /// From `lowest` (itself only if `isLowestAllowed`) to 1.
        case ratio(isZeroAllowed: Bool)
        case choice([String])
        /// A string, an array or a table whose form is told in words.
        case special(type: String, range: String)
    }

    /// What holds when the key is left out.
    enum Default: Sendable {
        case boolean(Bool)
        case integer(Int64)
        case ratio(Double)
        case text(String)
        /// An array; words are quoted.
        case list([String])
        /// Nothing: the feature is not used. The words say so in the reference.
        case nothing(String)
    }

    /// Tables joined by points, without the names of upstreams: `upstream.bulkhead.queue`.
    public let path: String
    let shape: Shape
    let standard: Default
    /// A sentence for the reference.
    public let meaning: String

    init(_ path: String, _ shape: Shape, _ standard: Default, _ meaning: String) {
        self.path = path
        self.shape = shape
        self.standard = standard
        self.meaning = meaning
    }

    /// `duration`, `size`, `integer`… as the reference has it.
    public var typeText: String {
        switch shape {
        case .boolean: "Boolean"
        case .integer: "integer"
        case .duration: "duration"
        case .size: "size"
        case .ratio: "ratio"
        case .choice: "string"
        case .special(let type, _): type
        }
    }

    /// The default as it would stand in the file, in backquotes, or words.
    public var defaultText: String {
        switch standard {
        case .boolean(let value): "`\(value)`"
        case .integer(let value): "`\(value)`"
        case .ratio(let value): "`\(RatioText.write(value))`"
        case .text(let value): "`\"\(value)\"`"
        case .list(let words): "`[\(words.map { "\"\($0)\"" }.joined(separator: ", "))]`"
        case .nothing(let words): words
        }
    }

    /// What the value must be, in words that follow "it must be".
    public var rangeText: String {
        switch shape {
        case .boolean: return "true or false"
        case .integer(let range): return "\(range.lowerBound) to \(range.upperBound)"
        case .duration(let range, let word):
            let lowest = DurationText.write(range.lowerBound)
            let text = "\"\(lowest)\" to \"\(DurationText.write(range.upperBound))\""
            return word.map { "\(text), or \"\($0)\"" } ?? text
        case .size(let range, let word):
            let lowest = SizeText.write(range.lowerBound)
            let text = "\"\(lowest)\" to \"\(SizeText.write(range.upperBound))\""
            return word.map { "\(text), or \"\($0)\"" } ?? text
        case .ratio(let isZeroAllowed): return isZeroAllowed ? "0 to 1" : "above 0 and at most 1"
        case .choice(let words):
            let quoted = words.map { "\"\($0)\"" }
            guard quoted.count > 1 else { return quoted.joined() }
            return quoted.dropLast().joined(separator: ", ") + " or \(quoted[quoted.count - 1])"
        case .special(_, let range): return range
        }
    }

    /// The key's row in docs/CONFIGURATION.md.
    public var referenceRow: String {
        let range = rangeText.replacing("|", with: "\\|")
        return "| `\(path)` | \(typeText) | \(defaultText) | \(range) | \(meaning) |"
    }
}

extension ConfigurationKey {
    /// Every key there is, in the order of the reference.
    public static let all: [ConfigurationKey] =
        process + listeners + routes + routeBreaker + priorities + upstreams + policies + retries
        + care + expectations + queue
}
