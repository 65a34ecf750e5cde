/// The first word of a command line: what to do.
enum Verb: String, CaseIterable {
    case run
    case check
    case demo
    case explain
    case sim
    case ctl
    case version
    case help

    /// One line for the list of commands.
    var summary: String {
        switch self {
        case .run: "proxy in the foreground until told to stop"
        case .check: "say whether a configuration is right, and what it may cost"
        case .demo: "show in under a minute, on loopback, what bulkheads and breakers are for"
        case .explain: "say why a request was refused, made to wait, or tried again"
        case .sim: "say what would happen to traffic, before it does"
        case .ctl: "tell a running plimsoll what to do"
        case .version: "print the version"
        case .help: "explain a command"
        }
    }

    /// The options that it takes, as the help shows them.
    var options: [Option] {
        switch self {
        case .run: [.config]
        case .check: [.config, .print, .strict]
        case .sim: [.config, .traffic, .against, .seed, .json, .svg]
        case .explain, .ctl: [.admin]
        case .demo, .version, .help: []
        }
    }

    /// The word that it takes beside its options; nil for none.
    var argumentName: String? { self == .explain ? "ID" : nil }
}

/// A word that begins with two dashes.
enum Option: String, CaseIterable {
    case config = "--config"
    case print = "--print"
    case strict = "--strict"
    case traffic = "--traffic"
    case against = "--against"
    case seed = "--seed"
    case json = "--json"
    case svg = "--svg"
    case admin = "--admin"
    case help = "--help"

    /// The name of the value that follows; nil for an option that stands alone.
    var valueName: String? {
        switch self {
        case .config, .traffic, .against, .json, .svg: "FILE"
        case .seed: "NUMBER"
        case .admin: "ADDR"
        case .print, .strict, .help: nil
        }
    }

    /// That value in a sentence.
    var valueNeed: String {
        switch self {
        case .seed: "a number"
        case .admin: "an address"
        case .config, .print, .strict, .traffic, .against, .json, .svg, .help: "the path of a file"
        }
    }

    /// Whether a command that takes it does nothing without it.
    var isRequired: Bool { self == .config || self == .traffic }

    var summary: String {
        switch self {
        case .config: "the configuration, a TOML file"
        case .print: "also print it with every default, and what it may cost at worst"
        case .strict: "warnings count as errors (exit status 1)"
        case .traffic: "what is sent: a description (TOML) or an access log"
        case .against: "a second configuration, on the same traffic"
        case .seed: "of everything random, instead of the description's"
        case .json: "also write the result as JSON; - for standard output"
        case .svg: "also draw the result; - for standard output"
        case .admin: "where the daemon's admin server listens: address:port or unix:/path"
        case .help: "explain the command"
        }
    }
}
