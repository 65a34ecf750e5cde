import CToml

/// A whole TOML file as values. The only file that knows toml++.
struct TomlDocument: Sendable {
    /// The text is not TOML.
    struct SyntaxError: Error, Equatable {
        var position: TomlPosition
        var reason: String
    }

    /// The top-level table.
    let root: [TomlEntry]

    /// - Throws: ``SyntaxError`` with the place at which the text stops making sense.
    init(_ text: [UInt8]) throws(SyntaxError) {
        let outcome = text.withUnsafeBufferPointer { bytes -> Result<[TomlEntry], SyntaxError> in
            bytes.withMemoryRebound(to: CChar.self) { Self.parse($0) }
        }
        root = try outcome.get()
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<CChar>
    ) -> Result<[TomlEntry], SyntaxError> {
        guard let document = ctoml_parse(bytes.baseAddress, bytes.count) else {
            return .failure(SyntaxError(position: .start, reason: "there is no memory to read it"))
        }
        defer { ctoml_free(document) }
        var line: UInt32 = 1
        var column: UInt32 = 1
        if let reason = ctoml_error(document, &line, &column) {
            let position = TomlPosition(line: Int(line), column: Int(column))
            return .failure(SyntaxError(position: position, reason: String(cString: reason)))
        }
        var count = 0
        // The nodes live as long as the document, which is freed after all have been copied.
        let nodes = UnsafeBufferPointer(start: ctoml_nodes(document, &count), count: count)
        guard case .table(let entries) = node(at: 0, of: nodes).value else {
            preconditionFailure("the root of a TOML document is a table")
        }
        return .success(entries)
    }

    private static func node(
        at index: Int, of nodes: UnsafeBufferPointer<ctoml_node>
    ) -> TomlNode {
        let source = nodes[index]
        let position = TomlPosition(line: Int(source.line), column: Int(source.column))
        return TomlNode(value: value(at: index, of: nodes), position: position)
    }

    private static func value(
        at index: Int, of nodes: UnsafeBufferPointer<ctoml_node>
    ) -> TomlValue {
        let source = nodes[index]
        switch ctoml_kind(UInt32(source.kind)) {
        case CTOML_TABLE:
            return .table(
                children(of: index, in: nodes).map { child in
                    let inner = nodes[child]
                    let place = TomlPosition(
                        line: Int(inner.key_line), column: Int(inner.key_column))
                    return TomlEntry(
                        key: string(inner.key, inner.key_count), keyPosition: place,
                        node: node(at: child, of: nodes))
                })
        case CTOML_ARRAY:
            return .array(children(of: index, in: nodes).map { node(at: $0, of: nodes) })
        case CTOML_STRING: return .string(string(source.text, source.text_count))
        case CTOML_INTEGER: return .integer(source.integer)
        case CTOML_FLOAT: return .float(source.number)
        case CTOML_BOOLEAN: return .boolean(source.boolean)
        case CTOML_DATE_TIME: return .dateTime
        default: preconditionFailure("CToml handed out a kind of node that it does not list")
        }
    }

    private static func children(
        of index: Int, in nodes: UnsafeBufferPointer<ctoml_node>
    ) -> [Int] {
        var children: [Int] = []
        var next = index + 1
        while next < Int(nodes[index].after) {
            children.append(next)
            next = Int(nodes[next].after)
        }
        return children
    }

    private static func string(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start else { return "" }
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        return String(decoding: bytes, as: UTF8.self)
    }
}
