import PlimsollCore

/// Which Host an upstream is told.
public enum HostHeader: Sendable, Equatable {
    /// The client's own.
    case keep
    /// The upstream's first endpoint, as the file spells it.
    case upstream
    /// This one: a host, with a port if need be.
    case name(String)

    /// As the file has it.
    public var text: String {
        switch self {
        case .keep: "keep"
        case .upstream: "upstream"
        case .name(let name): name
        }
    }
}

extension UpstreamSettings {
    /// What the upstream is called when nobody else has a name for it: its first endpoint. A port
    /// of 80 goes without saying; a local socket is `localhost`.
    public var authority: String {
        switch endpoints.first?.address {
        case .socket(let address):
            let text = address.description
            return address.port == 80 ? String(text.dropLast(":80".utf8.count)) : text
        case .name(let name, let port): return port == 80 ? name : "\(name):\(port)"
        case .unix, nil: return "localhost"
        }
    }
}
