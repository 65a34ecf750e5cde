import PlimsollConfig
import Testing

/// The smallest file that is in order, in front of what a test is about. Thirteen lines.
let soundStart = """
    [[listener]]
    address = "127.0.0.1:8080"

    [[route]]
    upstream = "app"
    path = "/start"
    [upstream.app]
    endpoints = ["127.0.0.1:9000"]

    # Line 10.
    # Line 11.
    # Line 12.
    # Line 13.

    """

/// What `plimsoll check` says about a text, without the file's name.
func report(_ text: String) -> [String] {
    ConfigurationLoader.load(text: text, file: "f").report
        .split(separator: "\n").map { String($0.dropFirst(2)) }
}

/// The configuration in a text, which must be in order.
func configuration(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Configuration {
    let result = ConfigurationLoader.load(text: text, file: "f")
    return try #require(
        result.configuration, "\(result.report)", sourceLocation: sourceLocation)
}
