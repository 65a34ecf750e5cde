/// Reads one table: every value is checked against the list of keys, what is left out gets its
/// default, and what is wrong is written down and replaced by the default, so that reading goes on.
struct TableReader {
    /// The table's path in the list of keys: `upstream.bulkhead`.
    let path: String
    /// The table's path as its author wrote it: `upstream.payments.bulkhead`.
    let title: String
    /// Where the table begins; of a table that is not there, where its parent does.
    let position: TomlPosition
    let isPresent: Bool
    let problems: ProblemCollector
    /// What kind of file this is: the keys that it may hold.
    let keys: KeyList
    private let entries: [TomlEntry]

    init(
        path: String, title: String, position: TomlPosition, entries: [TomlEntry]?,
        problems: ProblemCollector, keys: KeyList = .configuration
    ) {
        self.path = path
        self.title = title
        self.position = position
        self.entries = entries ?? []
        self.isPresent = entries != nil
        self.problems = problems
        self.keys = keys
        refuseUnknownKeys()
    }

    // MARK: What stands in the table

    func entry(_ name: String) -> TomlEntry? { entries.first { $0.key == name } }

    func contains(_ name: String) -> Bool { entry(name) != nil }

    /// Where a key stands; of a key that is not there, where the table does.
    func position(of name: String) -> TomlPosition { entry(name)?.keyPosition ?? position }

    /// Where a value stands; of a value that is not there, where the table does.
    func valuePosition(of name: String) -> TomlPosition { entry(name)?.node.position ?? position }

    /// How messages call a key of this table.
    func title(of name: String) -> String { title.isEmpty ? name : "\(title).\(name)" }

    /// The table inside this one; an empty one when it is not there or no table.
    func table(_ name: String) -> TableReader {
        let innerPath = path.isEmpty ? name : "\(path).\(name)"
        var innerEntries: [TomlEntry]?
        if let entry = entry(name) {
            if case .table(let found) = entry.node.value {
                innerEntries = found
            } else {
                problems.error(
                    at: entry.node.position, "\(title(of: name)) is \(entry.node.value.kindName)",
                    fix: "it must be a table")
            }
        }
        return TableReader(
            path: innerPath, title: title(of: name), position: position(of: name),
            entries: innerEntries, problems: problems, keys: keys)
    }

    // MARK: Values with a default

    func boolean(_ name: String) -> Bool {
        let key = key(name)
        guard case .boolean(let standard) = key.standard else {
            preconditionFailure("\(key.path) has no Boolean default")
        }
        guard let entry = entry(name) else { return standard }
        guard case .boolean(let value) = entry.node.value else {
            refuse(name, because: entry.node.value.kindName)
            return standard
        }
        return value
    }

    func integer(_ name: String) -> Int {
        let key = key(name)
        guard case .integer(let standard) = key.standard else {
            preconditionFailure("\(key.path) has no integer default")
        }
        return optionalInteger(name) ?? Int(standard)
    }

    func ratio(_ name: String) -> Double {
        let key = key(name)
        guard case .ratio(let standard) = key.standard,
            case .ratio(let isZeroAllowed) = key.shape
        else { preconditionFailure("\(key.path) is no ratio") }
        guard let entry = entry(name) else { return standard }
        let value: Double
        switch entry.node.value {
        case .float(let number): value = number
        case .integer(let number): value = Double(number)
        case .string(let text):
            guard let number = RatioText.parsePercentage(text) else {
                problems.error(
                    at: entry.node.position, "\(title(of: name)) is \(quoted(text))",
                    fix: "write a number such as 0.5, or a percentage such as \"50%\"")
                return standard
            }
            value = number
        case .table, .array, .boolean, .dateTime:
            refuse(name, because: entry.node.value.kindName)
            return standard
        }
        // Infinities and NaN fail these comparisons.
        guard value <= 1, value > 0 || (isZeroAllowed && value == 0) else {
            refuse(name, because: written(entry.node.value))
            return standard
        }
        return value
    }

    func duration(_ name: String) -> Duration {
        let key = key(name)
        guard case .text(let text) = key.standard, let standard = try? DurationText.parse(text)
        else { preconditionFailure("\(key.path) has no duration as default") }
        return optionalDuration(name) ?? standard
    }

    func size(_ name: String) -> Int64 {
        let key = key(name)
        guard case .text(let text) = key.standard, let standard = try? SizeText.parse(text)
        else { preconditionFailure("\(key.path) has no size as default") }
        return optionalSize(name) ?? standard
    }

    /// One of the words of a choice; its default when it is left out or wrong.
    func choice(_ name: String) -> String {
        let key = key(name)
        guard case .text(let standard) = key.standard else {
            preconditionFailure("\(key.path) has no word as default")
        }
        return optionalChoice(name) ?? standard
    }

    // MARK: Values that may be left out

    func optionalInteger(_ name: String) -> Int? {
        guard case .integer(let range) = key(name).shape else {
            preconditionFailure("\(title(of: name)) is no integer")
        }
        guard let entry = entry(name) else { return nil }
        guard case .integer(let value) = entry.node.value else {
            refuse(name, because: entry.node.value.kindName)
            return nil
        }
        guard range.contains(value) else {
            refuse(name, because: "\(value)")
            return nil
        }
        return Int(value)
    }

    func optionalChoice(_ name: String) -> String? {
        guard case .choice(let words) = key(name).shape else {
            preconditionFailure("\(title(of: name)) is no choice")
        }
        guard let entry = entry(name), let text = string(name) else { return nil }
        guard words.contains(text) else {
            let rule = "\(title(of: name)) is \(quoted(text))"
            let range = "it must be \(key(name).rangeText)"
            let nearest = NearestName.nearest(to: text, among: words)
            let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
            problems.error(at: entry.node.position, rule, fix: range + hint)
            return nil
        }
        return text
    }

    /// nil when it is left out, wrong, or the word that stands for "no limit".
    func optionalDuration(_ name: String) -> Duration? {
        guard case .duration(let range, let word) = key(name).shape else {
            preconditionFailure("\(title(of: name)) is no duration")
        }
        let example = "(ns, us, ms, s, m or h), such as \"250ms\""
        return withUnit(name, word: word, range, example: example, DurationText.parse)
    }

    /// nil when it is left out, wrong, or the word that stands for "no limit".
    func optionalSize(_ name: String) -> Int64? {
        guard case .size(let range, let word) = key(name).shape else {
            preconditionFailure("\(title(of: name)) is no size")
        }
        let example = "(B, KiB, MiB, GiB, TiB, KB, MB or GB), such as \"64KiB\""
        return withUnit(name, word: word, range, example: example, SizeText.parse)
    }

    private func withUnit<Value>(
        _ name: String, word: String?, _ range: ClosedRange<Value>, example: String,
        _ parse: (String) throws(UnitTextError) -> Value
    ) -> Value? {
        guard let text = string(name), text != word else { return nil }
        do {
            let value = try parse(text)
            if range.contains(value) { return value }
            refuse(name, because: quoted(text))
        } catch {
            switch error {
            case .malformed:
                problems.error(
                    at: valuePosition(of: name), "\(title(of: name)) is \(quoted(text))",
                    fix: "write a whole number and a unit \(example)")
            case .overflow: refuse(name, because: quoted(text))
            }
        }
        return nil
    }

    /// Whether the key holds the word that stands for "no limit".
    func holds(word: String, _ name: String) -> Bool {
        guard case .string(let text)? = entry(name)?.node.value else { return false }
        return text == word
    }

    func string(_ name: String) -> String? {
        guard let entry = entry(name) else { return nil }
        guard case .string(let text) = entry.node.value else {
            refuse(name, because: entry.node.value.kindName)
            return nil
        }
        return text
    }

    /// The strings of an array and where they stand; a wrong element is left out.
    func strings(_ name: String) -> [(text: String, position: TomlPosition)]? {
        guard let entry = entry(name) else { return nil }
        guard case .array(let nodes) = entry.node.value else {
            refuse(name, because: entry.node.value.kindName)
            return nil
        }
        return nodes.compactMap { node in
            guard case .string(let text) = node.value else {
                problems.error(
                    at: node.position, "\(title(of: name)) holds \(node.value.kindName)",
                    fix: "it must be \(key(name).rangeText)")
                return nil
            }
            return (text, node.position)
        }
    }

    // MARK: Messages

    /// `TITLE is VALUE; it must be RANGE`, at the value.
    func refuse(_ name: String, because value: String) {
        problems.error(
            at: valuePosition(of: name), "\(title(of: name)) is \(value)",
            fix: "it must be \(key(name).rangeText)")
    }

    func key(_ name: String) -> ConfigurationKey {
        guard let key = keys.named(path.isEmpty ? name : "\(path).\(name)") else {
            preconditionFailure("\(path).\(name) is not in the list of keys")
        }
        return key
    }

    private func refuseUnknownKeys() {
        let known = keys.names(inTable: path)
        for entry in entries where !known.contains(entry.key) {
            UnknownKeys.refuse(entry, in: title, known: known, problems: problems)
        }
    }
}
