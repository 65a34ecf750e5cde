/// Reads a JSON object without objects inside it (RFC 8259): what a line of an access log is.
enum FlatJSON {
    enum Value: Equatable {
        case text(String)
        case number(Double)
        case other

        var text: String? { if case .text(let text) = self { text } else { nil } }
        var number: Double? { if case .number(let number) = self { number } else { nil } }
    }

    /// nil when it is no such object.
    static func object(_ bytes: ArraySlice<UInt8>) -> [String: Value]? {
        var rest = bytes
        skipBlanks(&rest)
        guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
        var object: [String: Value] = [:]
        skipBlanks(&rest)
        if rest.first == UInt8(ascii: "}") { return object }
        while true {
            skipBlanks(&rest)
            guard let key = string(&rest) else { return nil }
            skipBlanks(&rest)
            guard rest.popFirst() == UInt8(ascii: ":") else { return nil }
            skipBlanks(&rest)
            guard let value = value(&rest) else { return nil }
            object[key] = value
            skipBlanks(&rest)
            switch rest.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"):
                skipBlanks(&rest)
                return rest.isEmpty ? object : nil
            default: return nil
            }
        }
    }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        while let byte = rest.first, byte == 0x20 || (0x09...0x0D).contains(byte) {
            rest.removeFirst()
        }
    }

    private static func value(_ rest: inout ArraySlice<UInt8>) -> Value? {
        guard let first = rest.first else { return nil }
        if first == UInt8(ascii: "\"") { return string(&rest).map(Value.text) }
        let word = rest.prefix { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte)
        }
        rest = rest.dropFirst(word.count)
        let text = String(decoding: word, as: UTF8.self)
        if ["true", "false", "null"].contains(text) { return .other }
        return Double(text).map(Value.number)
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = escape(&rest) else { return nil }
                text += escaped
            default: text.append(byte)
            }
        }
        return nil
    }

    private static func escape(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        switch rest.popFirst() {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"):
            let digits = String(decoding: rest.prefix(4), as: UTF8.self)
            rest = rest.dropFirst(4)
            guard digits.utf8.count == 4, let number = UInt32(digits, radix: 16) else { return nil }
            // Half of a pair stands for no character by itself; a path never needs one.
            return Array(String(Unicode.Scalar(number) ?? "\u{FFFD}").utf8)
        case let byte? where [0x22, 0x2F, 0x5C].contains(byte): return [byte]
        default: return nil
        }
    }
}
