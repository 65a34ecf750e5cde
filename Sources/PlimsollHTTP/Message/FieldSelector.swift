import PlimsollCore

/// A field that a configuration names, prepared for looking it up in heads.
public struct FieldSelector: Sendable {
    /// ``FieldName/other`` for what is only known by its bytes.
    public let name: FieldName
    private let lowerCase: [UInt8]

    /// - Parameter name: a token; case does not matter, and `_` is `-`.
    public init(_ name: String) {
        let bytes = name.utf8.map { $0 == 0x5F ? 0x2D : ASCII.lowered($0) }
        self.name = FieldName(bytes.span)
        lowerCase = bytes
    }

    /// Appends the name, in lower case.
    public func write(into writer: inout ByteWriter) {
        writer.append(lowerCase)
    }

    /// The place of the first field of this name from a place on; nil when there is none.
    /// - Parameter bytes: what `fields` were parsed from.
    public func next(
        in fields: borrowing FieldList, from start: Int = 0, bytes: Span<UInt8>
    ) -> Int? {
        if name != .other, !fields.contains(name) { return nil }
        var index = start
        while index < fields.count {
            let field = fields[index]
            if field.name == name, name != .other || isName(bytes, field.nameRange) {
                return index
            }
            index += 1
        }
        return nil
    }

    private func isName(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        guard Int(range.count) == lowerCase.count else { return false }
        let start = Int(range.start)
        for index in 0..<lowerCase.count {
            // To servers that make variables of fields both are one.
            let byte = bytes[start + index] == 0x5F ? 0x2D : ASCII.lowered(bytes[start + index])
            guard byte == lowerCase[index] else { return false }
        }
        return true
    }
}
