import PlimsollCore

/// Addresses as people write them in the file.
enum AddressText {
    struct Fault: Error, Equatable {
        var fix: String
    }

    /// The kernel's `sun_path` holds 108 bytes, its ending zero included.
    static let unixPathBytesMaximum = 107

    /// `"address:port"`, `"[v6]:port"`, `":port"` or `"unix:/path"`, to listen at.
    static func listen(_ text: String) -> Result<ListenAddress, Fault> {
        if let path = unixPath(text) { return path.map { .unix(path: $0) } }
        switch split(text, lowestPort: 0) {
        case .failure(let fault): return .failure(fault)
        case .success((let host, let port)):
            let numeric = host.isEmpty ? "0.0.0.0" : host
            guard let address = socket(numeric, port) else {
                return .failure(
                    Fault(fix: "listen at a numeric address, such as \"0.0.0.0:\(port)\""))
            }
            return .success(.socket(address))
        }
    }

    /// `"address:port"`, `"[v6]:port"`, `"name:port"` or `"unix:/path"`, to connect to.
    static func endpoint(_ text: String) -> Result<EndpointSettings.Address, Fault> {
        if let path = unixPath(text) { return path.map { .unix(path: $0) } }
        switch split(text, lowestPort: 1) {
        case .failure(let fault): return .failure(fault)
        case .success((let host, let port)):
            if let address = socket(host, port) {
                guard !address.isUnspecified else {
                    return .failure(Fault(fix: "name the machine, such as \"127.0.0.1:\(port)\""))
                }
                return .success(.socket(address))
            }
            // What looks like a number is a mistyped address: no name ends in digits alone.
            let lastLabel = host.utf8.split(separator: UInt8(ascii: ".")).last
            let isNumeric = lastLabel?.allSatisfy { (0x30...0x39).contains($0) } ?? true
            guard HostSyntax.isName(host), !isNumeric else {
                return .failure(
                    Fault(
                        fix:
                            "write \"address:port\", \"[v6]:port\", \"name:port\" or \"unix:/path\""
                    ))
            }
            return .success(.name(host.lowercased(), port: port))
        }
    }

    /// An address or a range of addresses.
    static func range(_ text: String) -> AddressRange? { AddressRange(parsing: text) }

    /// A host, perhaps with a port: what stands in a URL between `//` and the path.
    static func isAuthority(_ text: String) -> Bool {
        if HostSyntax.isHost(text) { return true }
        guard case .success((let host, _)) = split(text, lowestPort: 1) else { return false }
        return HostSyntax.isHost(host) || HostSyntax.isHost("[\(host)]")
    }

    /// nil when the text is not about a path at all.
    private static func unixPath(_ text: String) -> Result<String, Fault>? {
        guard text.hasPrefix("unix:") else { return nil }
        let path = String(text.dropFirst(5))
        guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0) else {
            return .failure(Fault(fix: "write an absolute path, such as \"unix:/run/app.sock\""))
        }
        guard path.utf8.count <= unixPathBytesMaximum else {
            return .failure(
                Fault(fix: "the path of a socket must be at most \(unixPathBytesMaximum) bytes"))
        }
        return .success(path)
    }

    /// Host and port; brackets are taken off.
    private static func split(
        _ text: String, lowestPort: UInt16
    ) -> Result<(host: String, port: UInt16), Fault> {
        if let slashes = text.firstRange(of: "://") {
            let rest = String(text[slashes.upperBound...])
            return .failure(Fault(fix: "leave the scheme out: \(quoted(rest))"))
        }
        guard let colon = text.lastIndex(of: ":") else {
            return .failure(Fault(fix: "add a port, such as \(quoted(text + ":8080"))"))
        }
        var host = String(text[..<colon])
        let digits = text[text.index(after: colon)...]
        let isDecimal = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if host.contains(":") || host.hasPrefix("[") {
            guard host.hasPrefix("["), host.hasSuffix("]") else {
                return .failure(
                    Fault(fix: "write an IPv6 address in brackets, such as \"[::1]:8080\""))
            }
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else {
                return .failure(Fault(fix: "brackets are for IPv6 addresses only"))
            }
        }
        guard isDecimal, !digits.isEmpty, let port = UInt16(digits), port >= lowestPort else {
            return .failure(Fault(fix: "the port must be \(max(lowestPort, 1)) to 65535"))
        }
        return .success((host, port))
    }

    private static func socket(_ host: String, _ port: UInt16) -> SocketAddress? {
        let bytes = Array(host.utf8)
        return SocketAddress(parsingHost: bytes.span, port: port)
    }
}
