/// The first word of a command line: what to do.
enum Verb: String, CaseIterable {
    case run
    case check
    case demo
    case version
    case help

    /// One line for the list of commands.
    var summary: String {
        switch self {
        case .run: "proxy in the foreground until told to stop"
        case .check: "say whether a configuration is right, and what it may cost"
        case .demo: "show in under a minute, on loopback, what bulkheads and breakers are for"
        case .version: "print the version"
        case .help: "explain a command"
        }
    }

    /// The options that it takes, as the help shows them.
    var options: [Option] {
        switch self {
        case .run: [.config]
        case .check: [.config, .print, .strict]
        case .demo, .version, .help: []
        }
    }
}

/// A word that begins with two dashes.
enum Option: String, CaseIterable {
    case config = "--config"
    case print = "--print"
    case strict = "--strict"
    case help = "--help"

    /// The name of the value that follows; nil for an option that stands alone.
    var valueName: String? { self == .config ? "FILE" : nil }

    var summary: String {
        switch self {
        case .config: "the configuration, a TOML file"
        case .print: "also print it with every default, and what it may cost at worst"
        case .strict: "warnings count as errors (exit status 1)"
        case .help: "explain the command"
        }
    }
}
