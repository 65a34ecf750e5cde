/// Finds where a file stops being UTF-8, so that the message can say it.
enum UTF8Check {
    /// The place of the first byte that begins no character; nil when all is well.
    static func firstFault(in bytes: [UInt8]) -> TomlPosition? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var position = TomlPosition.start
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue("\n"):
                position.line += 1
                position.column = 1
            case .scalarValue: position.column += 1
            case .error, .emptyInput: return position
            }
        }
    }
}
