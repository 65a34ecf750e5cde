import PlimsollCore

/// Writes JSON piece by piece; commas take care of themselves. For answers on the control thread
/// and for reports.
public struct JSONBuilder {
    public private(set) var text = ""
    private var needsComma = false

    public init() {}

    public mutating func object(_ key: String? = nil, _ body: (inout JSONBuilder) -> Void) {
        nest("{", "}", key, body)
    }

    public mutating func array(_ key: String? = nil, _ body: (inout JSONBuilder) -> Void) {
        nest("[", "]", key, body)
    }

    public mutating func add(_ key: String, _ value: String) {
        begin(key)
        text += Self.quoted(value)
    }

    public mutating func add(_ key: String, _ value: Int) {
        begin(key)
        text += "\(value)"
    }

    public mutating func add(_ key: String, _ value: Bool) {
        begin(key)
        text += value ? "true" : "false"
    }

    public mutating func addNull(_ key: String) {
        begin(key)
        text += "null"
    }

    /// A duration as a number of seconds.
    public mutating func add(_ key: String, seconds nanoseconds: Int64) {
        begin(key)
        text += "\(Double(nanoseconds) / 1e9)"
    }

    /// Any finite number, as short as it can be told apart; others become null.
    public mutating func add(_ key: String, number: Double) {
        begin(key)
        text += Self.short(number)
    }

    /// A text of an array.
    public mutating func add(element: String) {
        begin(nil)
        text += Self.quoted(element)
    }

    /// An array of numbers.
    public mutating func numbers(_ key: String, _ values: [Double]) {
        begin(key)
        text += "[" + values.map(Self.short).joined(separator: ",") + "]"
    }

    private static func short(_ number: Double) -> String {
        guard number.isFinite else { return "null" }
        let whole = number.rounded(.towardZero)
        return whole == number && abs(whole) < 1e15 ? "\(Int64(whole))" : "\(number)"
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
