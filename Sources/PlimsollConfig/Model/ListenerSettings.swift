/// One `[[listener]]`: where clients connect, and what they may cost.
public struct ListenerSettings: Sendable, Equatable {
    /// Says in metrics and logs which listener it was. Unique.
    public var name: String
    public var address: ListenAddress
    /// Connections the kernel may hold before they are accepted. From 1 to 65535.
    public var backlog = 4096

    /// Connections open at once, over all loops. From 1 to 1,000,000.
    public var connectionsMaximum = 10_000
    /// Bytes of a request head. From 1 KiB to 60 KiB.
    public var headBytesMaximum = 16 << 10
    /// Fields in a request head. From 8 to 1000.
    public var fieldsMaximum = 100
    /// Bytes of a request body; nil for no limit (bodies are streamed, never gathered).
    public var bodyBytesMaximum: Int64?

    /// From the first byte of a head (or accept) to its last.
    public var headTimeout = Duration.seconds(10)
    /// Between requests on a connection kept alive.
    public var idleTimeout = Duration.seconds(60)
    /// Between two reads of a request body, or two writes of a response to a client that reads.
    public var bodyIdleTimeout = Duration.seconds(30)
    /// How long a connection that is being closed may go on sending what is thrown away.
    public var lingerTimeout = Duration.seconds(2)
    /// How long neither side of an upgraded connection may send.
    public var tunnelIdleTimeout = Duration.seconds(3600)

    /// Bytes per second below which a client that sends a body or reads a response is cut off;
    /// zero to allow any rate.
    public var minimumBodyRate: Int64 = 500

    public var ambiguousPaths = AmbiguousPaths.refuse
    /// Whether requests also get an RFC 7239 `Forwarded` field.
    public var sendsForwarded = false

    public init(name: String, address: ListenAddress) {
        self.name = name
        self.address = address
    }
}

/// What happens to a path that an upstream may read otherwise than the router did: one with a
/// backslash, `%2f`, `%5c` or `%00`.
public enum AmbiguousPaths: Sendable, Equatable {
    /// 400.
    case refuse
    /// It is routed by its bytes and forwarded as it came.
    case keep
}
