extension ConfigurationKey {
    /// A millisecond, the grain of the timers, to a day: beyond that a figure is a slip of the
    /// keyboard.
    static let waits = Duration.milliseconds(1)...Duration.seconds(86_400)

    /// `[server]`, `[admin]`, `[log]` and `[drain]`.
    static let process: [ConfigurationKey] = [
        ConfigurationKey(
            "server.loops", .special(type: "integer or string", range: "\"auto\" or 1 to 256"),
            .text("auto"),
            "Event loops. `\"auto\"`: one per core this process may use (affinity mask and cgroup "
                + "quota)."),
        ConfigurationKey(
            "server.driver", .choice(["auto", "io_uring", "epoll"]), .text("auto"),
            "The kernel interface. `\"auto\"` takes io_uring where the kernel grants it, else "
                + "epoll, and says why."),
        ConfigurationKey(
            "server.user", .special(type: "string", range: "the name of a user"),
            .nothing("`plimsoll` if that user exists, else `nobody`"),
            "Who to become after binding when started as root. `\"root\"` stays root, with a "
                + "warning."),
        ConfigurationKey(
            "server.pin", .boolean, .boolean(false), "Keeps each loop on one core."),
        ConfigurationKey(
            "server.trusted_proxies",
            .special(type: "array of strings", range: "addresses, or ranges such as 10.0.0.0/8"),
            .list([]),
            "The peers whose X-Forwarded-*, Forwarded and X-Request-Id fields are believed and "
                + "extended; everybody else's are overwritten."),
        ConfigurationKey(
            "server.buffer_memory", .size((16 << 20)...(1 << 40)), .text("512MiB"),
            "Memory for connection buffers, over all loops."),
        ConfigurationKey(
            "server.memory_limit",
            .special(
                type: "size or string", range: "\"auto\", \"unlimited\", or \"32MiB\" to \"1TiB\""),
            .text("auto"),
            "What the process may need at most: a configuration that may need more is refused. "
                + "`\"auto\"`: what its control groups grant."),
        ConfigurationKey(
            "server.explain.records", .integer(0...1_000_000), .integer(4_096),
            "Decisions that each loop remembers for `plimsoll explain`: refusals, retries and long "
                + "waits. A record takes 176 bytes."),
        ConfigurationKey(
            "server.explain.wait", .duration(waits), .text("100ms"),
            "A request that waited at least this long for a permit is remembered, too."),
        ConfigurationKey(
            "server.protection.mode", .choice(["enforce", "off"]), .text("enforce"),
            "`off`: nothing is refused for plimsoll's own sake."),
        ConfigurationKey(
            "server.protection.lag",
            .duration(Duration.milliseconds(1)...Duration.seconds(10)), .text("50ms"),
            "How long what comes may wait for its loop before requests are refused."),
        ConfigurationKey(
            "server.protection.memory", .ratio(isZeroAllowed: false), .ratio(0.9),
            "The share in use, of a loop's buffers or of `server.memory_limit`, from which "
                + "requests are refused."),
        ConfigurationKey(
            "server.protection.connections", .ratio(isZeroAllowed: false), .ratio(0.95),
            "The share of a listener's connections in use from which background and sheddable "
                + "requests are refused, and their connections closed."),
        ConfigurationKey(
            "admin.listen",
            .special(type: "string", range: "\"address:port\", \"unix:/path\" or \"off\""),
            .text("127.0.0.1:9901"),
            "Where health, metrics and status are served. It tells who asks, so keep it private."),
        ConfigurationKey(
            "log.level", .choice(["debug", "info", "warning", "error"]), .text("info"),
            "The least important events that go to standard error."),
        ConfigurationKey(
            "log.access",
            .special(type: "string", range: "\"off\", \"stdout\" or the absolute path of a file"),
            .text("off"),
            "Where one JSON line a request goes. It never blocks a request: what cannot be "
                + "written at once is dropped and counted."),
        ConfigurationKey(
            "drain.timeout", .duration(Duration.zero...Duration.seconds(86_400)), .text("30s"),
            "How long requests in flight may go on after SIGTERM."),
    ]
}
