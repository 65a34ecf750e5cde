/// What a POST to the admin server asks for, and what shows that an operator sent it and not a page
/// in the operator's browser.
struct ControlRequest: Equatable {
    /// Begins with ``pathPrefix``.
    var path: String
    /// Without its `?`.
    var query: String
    /// It carries ``fieldName``. A page of another site may only send a field of its own making
    /// after asking, and the answer to that question is never yes.
    var isMarked: Bool
    /// It carries Origin: a browser sent it.
    var hasOrigin: Bool
    /// Of the Host field, with its port.
    var host: String

    static let pathPrefix = "/control/"
    static let fieldName: StaticString = "x-plimsoll-control"

    /// The value of a parameter of the query; nil when it is not there.
    func parameter(_ name: String) -> String? {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == name { return Self.decoded(parts[1]) }
        }
        return nil
    }

    /// Whether Host names an address or localhost. A name may be a stranger's that has been made
    /// to lead here, with the stranger's page as its own site.
    var isHostSafe: Bool {
        var name = Substring(host)
        if name.hasPrefix("[") { return true }
        if let colon = name.lastIndex(of: ":") { name = name[..<colon] }
        return name == "localhost"
            || name.utf8.allSatisfy { $0 == 0x2E || ($0 >= 0x30 && $0 <= 0x39) }
    }

    /// Without its percent-escapes. A broken one stays as it is and names nothing.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let pair = rest.prefix(2)
            if byte == UInt8(ascii: "%"), pair.count == 2,
                let value = UInt8(String(decoding: pair, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
