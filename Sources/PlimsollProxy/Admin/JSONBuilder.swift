import PlimsollCore

/// Writes JSON piece by piece; commas take care of themselves. For answers on the control thread.
struct JSONBuilder {
    private(set) var text = ""
    private var needsComma = false

    mutating func object(_ key: String? = nil, _ body: (inout JSONBuilder) -> Void) {
        nest("{", "}", key, body)
    }

    mutating func array(_ key: String? = nil, _ body: (inout JSONBuilder) -> Void) {
        nest("[", "]", key, body)
    }

    mutating func add(_ key: String, _ value: String) {
        begin(key)
        text += Self.quoted(value)
    }

    mutating func add(_ key: String, _ value: Int) {
        begin(key)
        text += "\(value)"
    }

    mutating func add(_ key: String, _ value: Bool) {
        begin(key)
        text += value ? "true" : "false"
    }

    mutating func addNull(_ key: String) {
        begin(key)
        text += "null"
    }

    /// A duration as a number of seconds.
    mutating func add(_ key: String, seconds nanoseconds: Int64) {
        begin(key)
        text += "\(Double(nanoseconds) / 1e9)"
    }

    private mutating func nest(
        _ opening: String, _ closing: String, _ key: String?, _ body: (inout JSONBuilder) -> Void
    ) {
        begin(key)
        text += opening
        needsComma = false
        body(&self)
        text += closing
        needsComma = true
    }

    private mutating func begin(_ key: String?) {
        if needsComma { text += "," }
        needsComma = true
        if let key { text += Self.quoted(key) + ":" }
    }

    private static func quoted(_ value: String) -> String {
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: value.utf8.count * 6 + 1, alignment: 1)
        defer { room.deallocate() }
        var writer = ByteWriter(room)
        writer.append(json: value)
        let count = writer.count
        return "\"" + String(decoding: room[..<count], as: UTF8.self) + "\""
    }
}
