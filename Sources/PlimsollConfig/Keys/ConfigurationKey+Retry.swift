import PlimsollPolicy

extension ConfigurationKey {
    /// `[upstream.NAME.retry]`.
    static let retries: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.retry.mode", modes, .text("enforce"), "`off`: no attempt is made again."),
        ConfigurationKey(
            "upstream.retry.attempts", .integer(0...10), .integer(1),
            "Attempts that may follow a request's first one; 0: none. Those that a trusted peer "
                + "has made already (`X-Attempt`) count."),
        ConfigurationKey(
            "upstream.retry.on",
            .special(
                type: "array of strings",
                range:
                    "\"connect-failure\", \"reset-before-response\" and statuses \"400\" to \"599\""
            ),
            .list(["connect-failure", "reset-before-response", "502", "503", "504"]),
            "What is worth another attempt. Requests that may have been seen are tried again only "
                + "if their method is idempotent."),
        ConfigurationKey(
            "upstream.retry.budget_ratio", .ratio(isZeroAllowed: true), .ratio(0.2),
            "Retries earned by each successful request. More are made only while the upstream has "
                + "room within a limit that is set or learned."),
        ConfigurationKey(
            "upstream.retry.budget_minimum_per_second", .integer(0...1_000_000), .integer(3),
            "Retries a second that need not be earned."),
        ConfigurationKey(
            "upstream.retry.hedge_after",
            .special(
                type: "string",
                range:
                    "a duration from \"1ms\" to \"24h\", \"p50\" to \"p99.9\", \"auto\" or "
                    + "\"off\""),
            .text("auto"),
            "When an idempotent request without an answer is sent to another endpoint as well: "
                + "after a time, after a percentile of recent answers, or (`auto`) when it looks "
                + "stuck, after four times the 99th percentile and 100 ms at least. The first "
                + "answer counts, the other attempt is broken off."),
        ConfigurationKey(
            "upstream.retry.backoff", .duration(waits), .text("25ms"),
            "The wait before an only endpoint that answered badly is asked again; doubles with "
                + "each attempt."),
        ConfigurationKey(
            "upstream.retry.retry_after_maximum", .duration(waits), .text("1s"),
            "The longest wait that an upstream may ask for (`Retry-After`, "
                + "`grpc-retry-pushback-ms`) before a retry; asked for more, there is none."),
    ]
}
