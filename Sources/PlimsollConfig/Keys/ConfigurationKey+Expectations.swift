extension ConfigurationKey {
    /// `[upstream.NAME.expected]`.
    static let expectations: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.expected.rate", .special(type: "number", range: "0.001 to 1000000"),
            .nothing("not stated"),
            "Requests a second that are usual at its peak. Decides nothing; `plimsoll check` holds "
                + "the other settings against it."),
        ConfigurationKey(
            "upstream.expected.latency", .duration(waits), .nothing("not stated"),
            "How long an answer takes on a good day. As for `rate`."),
    ]
}
