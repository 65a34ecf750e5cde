extension ConfigurationKey {
    /// `[[listener]]`.
    static let listeners: [ConfigurationKey] = [
        ConfigurationKey(
            "listener.name",
            .special(type: "string", range: "1 to 64 letters, digits, \"-\", \"_\" and \".\""),
            .nothing("`listener-1`, `listener-2`, …"),
            "Names the listener in metrics and logs."),
        ConfigurationKey(
            "listener.address",
            .special(
                type: "string",
                range: "\"address:port\", \"[v6]:port\", \":port\" or \"unix:/path\""),
            .text("127.0.0.1:8080"),
            "Where clients connect. `\":8080\"` is every IPv4 address."),
        ConfigurationKey(
            "listener.backlog", .integer(1...65_535), .integer(4_096),
            "Connections that the kernel holds before they are accepted."),
        ConfigurationKey(
            "listener.ambiguous_paths", .choice(["refuse", "keep"]), .text("refuse"),
            "What happens to paths that an upstream may read otherwise than the router did "
                + "(backslash, `%2f`, `%5c`, `%00`): 400, or passed on."),
        ConfigurationKey(
            "listener.forwarded", .boolean, .boolean(false),
            "Adds the RFC 7239 `Forwarded` field beside X-Forwarded-*."),
        ConfigurationKey(
            "listener.minimum_body_rate", .size(1...(1 << 30), word: "off"), .text("500B"),
            "Bytes per second below which a client that sends a body is cut off."),
        ConfigurationKey(
            "listener.limits.connections", .integer(1...1_000_000), .integer(10_000),
            "Connections open at once, over all loops."),
        ConfigurationKey(
            "listener.limits.head_bytes", .size((1 << 10)...(60 << 10)), .text("16KiB"),
            "Bytes of a request line and its fields; beyond it 431 or 414."),
        ConfigurationKey(
            "listener.limits.fields", .integer(8...1_000), .integer(100),
            "Fields in a request head; beyond it 431."),
        ConfigurationKey(
            "listener.limits.body_bytes", .size(0...(1 << 50), word: "unlimited"),
            .text("unlimited"),
            "Bytes of a request body; beyond it 413. Bodies are streamed, so a large one costs "
                + "no memory."),
        ConfigurationKey(
            "listener.timeouts.head", .duration(waits), .text("10s"),
            "For a whole request head, from its first byte (of a new connection: from accept)."),
        ConfigurationKey(
            "listener.timeouts.idle", .duration(waits), .text("60s"),
            "Between requests on a connection kept alive."),
        ConfigurationKey(
            "listener.timeouts.body_idle", .duration(waits), .text("30s"),
            "Between two pieces of a body, in either direction."),
        ConfigurationKey(
            "listener.timeouts.linger", .duration(Duration.zero...Duration.seconds(60)),
            .text("2s"),
            "How long a connection that is being closed may go on sending what is thrown away, "
                + "so that the answer arrives."),
        ConfigurationKey(
            "listener.timeouts.tunnel_idle", .duration(waits), .text("1h"),
            "How long neither side of an upgraded connection may send."),
    ]
}
