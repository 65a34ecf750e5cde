/// Tables that may come several times, and numbers of the traffic description.
extension TableReader {
    /// The tables of an array: `[[NAME]]`.
    func tables(_ name: String) -> [TableReader] {
        guard let entry = entry(name) else { return [] }
        guard case .array(let nodes) = entry.node.value else {
            problems.error(
                at: entry.keyPosition, "\(self.title(of: name)) is \(entry.node.value.kindName)",
                fix: "begin each \(name) with [[\(self.title(of: name))]]")
            return []
        }
        return nodes.compactMap { node in
            guard case .table(let inner) = node.value else {
                problems.error(
                    at: node.position, "\(self.title(of: name)) holds \(node.value.kindName)",
                    fix: "begin each \(name) with [[\(self.title(of: name))]]")
                return nil
            }
            return TableReader(
                path: path.isEmpty ? name : "\(path).\(name)", title: self.title(of: name),
                position: node.position, entries: inner, problems: problems, keys: keys)
        }
    }

    /// Where the values of those keys stand that are there.
    func positions(of names: [String]) -> [String: TomlPosition] {
        var positions: [String: TomlPosition] = [:]
        for name in names where contains(name) { positions[name] = valuePosition(of: name) }
        return positions
    }

    /// A number, whole or not, of a range that the key's words describe; nil when it is left out
    /// or wrong.
    func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let entry = entry(name) else { return nil }
        let value: Double
        switch entry.node.value {
        case .integer(let whole): value = Double(whole)
        case .float(let number): value = number
        case .string, .boolean, .table, .array, .dateTime:
            refuse(name, because: entry.node.value.kindName)
            return nil
        }
        // NaN is in no range.
        guard range.contains(value) else {
            refuse(name, because: "\(written(entry.node.value))")
            return nil
        }
        return value
    }
}
