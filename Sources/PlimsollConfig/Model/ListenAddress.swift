import PlimsollCore

/// Where a server waits for connections.
public enum ListenAddress: Sendable, Hashable {
    case socket(SocketAddress)
    /// A Unix domain socket at this path, 1 to 107 bytes.
    case unix(path: String)

    /// nil when the text is none that a configuration may have.
    public init?(parsing text: String) {
        guard case .success(let address) = AddressText.listen(text) else { return nil }
        self = address
    }

    /// `127.0.0.1:9901`
    public static let defaultAdmin = ListenAddress.socket(
        SocketAddress(v4: 0x7F00_0001, port: 9901))
    /// `127.0.0.1:8080`
    public static let defaultListener = ListenAddress.socket(
        SocketAddress(v4: 0x7F00_0001, port: 8080))
}
