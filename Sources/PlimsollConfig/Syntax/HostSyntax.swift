/// Host names, as DNS and URLs have them.
enum HostSyntax {
    /// A host name, an IPv4 address or a bracketed IPv6 address; no port.
    static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inside = text.utf8.dropFirst().dropLast()
            return !inside.isEmpty && inside.contains(UInt8(ascii: ":"))
                && inside.allSatisfy { isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }
        }
        return isName(text)
    }

    /// Labels of letters, digits, `-` and `_`, 1 to 63 bytes each and 253 in all, joined by points.
    static func isName(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        let labels = text.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
                && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
        }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
