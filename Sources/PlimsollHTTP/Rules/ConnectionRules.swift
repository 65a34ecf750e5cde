import PlimsollCore

/// What the Connection fields of a head say (RFC 9110, section 7.6.1).
struct ConnectionRules {
    /// Most options that name fields: each is compared with all fields, so their number is bounded.
    static var namedFieldsMaximum: Int { 64 }

    private(set) var closes = false
    private(set) var keepsAlive = false
    private(set) var namesUpgrade = false
    /// Something among the options is not a token, or there are too many of them.
    private(set) var isMalformed = false

    /// Reads all Connection fields and marks the fields that they name.
    @inline(__always)
    static func read(_ fields: inout FieldList, _ bytes: Span<UInt8>) -> ConnectionRules {
        var rules = ConnectionRules()
        guard let first = fields.first(.connection) else { return rules }
        // What nearly all of them say.
        let range = fields[first].valueRange
        if fields.repeatedBits & FieldName.connection.bit == 0 {
            let start = Int(range.start)
            if range.count == 10 && KnownText.isAt(start, bytes.bytes, "keep-alive") {
                rules.keepsAlive = true
                return rules
            }
            if range.count == 5 && KnownText.isAt(start, bytes.bytes, "close") {
                rules.closes = true
                return rules
            }
        }
        rules.readLists(&fields, bytes, from: first)
        return rules
    }

    @inline(never)
    private mutating func readLists(
        _ fields: inout FieldList, _ bytes: Span<UInt8>, from first: Int
    ) {
        var named = 0
        for index in first..<fields.count where fields[index].name == .connection {
            let value = bytes.extracting(fields[index].valueRange.indices)
            var position = 0
            while let element = ListRules.nextElement(value, &position) {
                take(value.extracting(element), &fields, bytes, &named)
            }
        }
    }

    private mutating func take(
        _ option: Span<UInt8>, _ fields: inout FieldList, _ bytes: Span<UInt8>, _ named: inout Int
    ) {
        if ASCII.equalsIgnoringCase(option, lowerCase: "keep-alive") {
            keepsAlive = true
            return
        }
        if ASCII.equalsIgnoringCase(option, lowerCase: "close") {
            closes = true
            return
        }
        if ASCII.equalsIgnoringCase(option, lowerCase: "upgrade") {
            namesUpgrade = true
            return
        }
        named += 1
        guard named <= ConnectionRules.namedFieldsMaximum, ListRules.isToken(option) else {
            isMalformed = true
            return
        }
        let name = FieldName(option)
        guard name == .other || fields.contains(name) else { return }
        for index in 0..<fields.count where fields[index].name == name {
            guard
                name != .other
                    || ASCII.equalsIgnoringCase(
                        bytes.extracting(fields[index].nameRange.indices), option)
            else { continue }
            fields.markHopByHop(index)
        }
    }
}
