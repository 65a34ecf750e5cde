/// Paths in the file are held to the normal form in which requests are matched: in any other
/// spelling they would never match.
enum PathSyntax {
    static let bytesMaximum = 1_024

    /// What is wrong with a path and what to do about it; nil when nothing is.
    static func fault(in path: String) -> (rule: String, fix: String)? {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") else {
            return ("does not begin with \"/\"", "write \(quoted("/" + path))")
        }
        guard bytes.count <= bytesMaximum else {
            return ("is \(bytes.count) bytes long", "it must be at most \(bytesMaximum) bytes")
        }
        if let fault = characterFault(in: bytes) { return fault }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if segments.dropLast().contains("") {
            return ("has an empty segment (\"//\")", "requests are matched with single slashes")
        }
        if segments.contains(".") || segments.contains("..") {
            return ("has a dot segment", "write the path that it leads to")
        }
        return nil
    }

    private static func characterFault(in bytes: [UInt8]) -> (rule: String, fix: String)? {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "?"), UInt8(ascii: "#"):
                return (
                    "has a \"\(Character(UnicodeScalar(byte)))\"",
                    "routes look at the path only; leave the rest out"
                )
            case UInt8(ascii: "\\"):
                return ("has a backslash", "paths are written with \"/\"")
            case 0...0x20, 0x7F...0xFF:
                return (
                    "has a space, control or non-ASCII character",
                    "write it percent-encoded, as it travels"
                )
            case UInt8(ascii: "%"):
                if let fault = escapeFault(in: bytes, at: index) { return fault }
                index += 3
            default: index += 1
            }
        }
        return nil
    }

    private static func escapeFault(
        in bytes: [UInt8], at index: Int
    ) -> (rule: String, fix: String)? {
        guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
            let low = digit(bytes[index + 2])
        else { return ("has a \"%\" without two hexadecimal digits", "write \"%25\" for \"%\"") }
        let value = high << 4 | low
        let escape = String(decoding: bytes[index...index + 2], as: UTF8.self)
        switch value {
        case 0, UInt8(ascii: "/"), UInt8(ascii: "\\"):
            return ("has \"\(escape)\"", "upstreams disagree on what it means; leave it out")
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            return (
                "has \"\(escape)\", which requests are matched without",
                "write \"\(Character(UnicodeScalar(value)))\""
            )
        default: break
        }
        guard escape == escape.uppercased() else {
            return ("has \"\(escape)\"", "write \"\(escape.uppercased())\"")
        }
        return nil
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
