/// Names and values of HTTP fields (RFC 9110, section 5).
enum FieldSyntax {
    static let valueBytesMaximum = 4_096

    /// Framing and hop-by-hop fields: what plimsoll writes itself and nobody else may touch.
    private static let owned: Set<String> = [
        "connection", "content-length", "host", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    static func isToken(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                HostSyntax.isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    static func isOwned(_ name: String) -> Bool { owned.contains(name.lowercased()) }

    /// What is wrong with a value and what to do about it; nil when nothing is.
    static func fault(inValue value: String) -> (rule: String, fix: String)? {
        guard value.utf8.count <= valueBytesMaximum else {
            return (
                "is \(value.utf8.count) bytes long", "it must be at most \(valueBytesMaximum) bytes"
            )
        }
        if value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
            return ("has a line break or control character", "leave it out")
        }
        let blanks: [UInt8] = [0x20, 0x09]
        if let first = value.utf8.first, let last = value.utf8.last,
            blanks.contains(first) || blanks.contains(last)
        {
            return ("begins or ends with a blank", "leave it out: it does not travel")
        }
        return nil
    }
}
