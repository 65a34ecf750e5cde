import PlimsollConfig

/// A command line that was understood.
enum Command: Equatable {
    case run(configurationPath: String)
    case check(configurationPath: String, isPrinting: Bool, isStrict: Bool)
    case demo
    /// - Parameter admin: where the daemon's admin server listens; nil: where it does by default.
    case explain(id: String, admin: String?)
    case simulate(SimulationRequest)
    case ctl(ControlCommand.Order, AdminAddress)
    case version
    /// nil: of the program itself.
    case help(Verb?)
}

/// A command line that was not, with a sentence that says what to write instead.
struct UsageError: Error, Equatable, CustomStringConvertible {
    var description: String
}

/// Reads the command line: a verb, then its options in any order, each at most once.
struct CommandLineArguments {
    private let verb: Verb
    private var values: [Option: String] = [:]
    private var flags: Set<Option> = []
    /// The one word that is no option.
    private var argument: String?
    /// Words that are no options.
    private var operands: [String] = []

    /// - Parameter words: without the program's own name.
    static func parse(_ words: [String]) throws(UsageError) -> Command {
        guard let first = words.first else {
            throw UsageError(description: "there is no command; try `plimsoll help`")
        }
        switch first {
        case "--help", "-h": return .help(nil)
        case "--version", "-V": return .version
        default: break
        }
        guard let verb = Verb(rawValue: first) else {
            throw unknown("command", first, among: Verb.allCases.map(\.rawValue))
        }
        let rest = Array(words.dropFirst())
        if verb == .help { return try helpTopic(rest) }
        var arguments = CommandLineArguments(verb: verb)
        try arguments.readOptions(rest)
        return try arguments.command()
    }

    private init(verb: Verb) {
        self.verb = verb
    }

    private static func helpTopic(_ words: [String]) throws(UsageError) -> Command {
        guard let topic = words.first else { return .help(nil) }
        if topic == "--help" || topic == "-h" { return .help(.help) }
        guard words.count == 1 else {
            throw UsageError(description: "help explains one command at a time")
        }
        guard let verb = Verb(rawValue: topic) else {
            throw unknown("command", topic, among: Verb.allCases.map(\.rawValue))
        }
        return .help(verb)
    }

    private mutating func readOptions(_ words: [String]) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if verb == .ctl, !word.hasPrefix("-") {
                operands.append(word)
                continue
            }
            if let name = verb.argumentName, !word.hasPrefix("-") {
                guard argument == nil else {
                    throw UsageError(description: "\(verb.rawValue) takes one \(name)")
                }
                argument = word
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0] == "-h" ? "--help" : String(parts[0])
            guard let option = Option(rawValue: name),
                option == .help || verb.options.contains(option)
            else { throw unknownWord(word, name) }
            guard option.valueName != nil else {
                guard parts.count == 1 else {
                    throw UsageError(description: "\(name) takes no value")
                }
                flags.insert(option)
                continue
            }
            let value = parts.count == 2 ? String(parts[1]) : rest.popFirst()
            guard let value, !value.isEmpty else {
                throw UsageError(description: "\(name) needs \(option.valueNeed)")
            }
            guard values.updateValue(value, forKey: option) == nil else {
                throw UsageError(description: "\(name) is given twice")
            }
        }
    }

    private func command() throws(UsageError) -> Command {
        if flags.contains(.help) { return .help(verb) }
        switch verb {
        case .run:
            return .run(configurationPath: try requiredPath())
        case .check:
            return .check(
                configurationPath: try requiredPath(), isPrinting: flags.contains(.print),
                isStrict: flags.contains(.strict))
        case .demo: return .demo
        case .explain:
            guard let argument else {
                throw UsageError(
                    description: "explain needs the id of a request, as X-Request-Id has it")
            }
            return .explain(id: argument, admin: values[.admin])
        case .ctl: return try control()
        case .sim: return .simulate(try simulation())
        case .version: return .version
        case .help: return .help(nil)
        }
    }

    private func requiredPath() throws(UsageError) -> String {
        guard let path = values[.config] else {
            throw UsageError(
                description: "\(verb.rawValue) needs a configuration: --config FILE")
        }
        return path
    }

    private func control() throws(UsageError) -> Command {
        guard let order = ControlCommand.order(operands) else {
            throw UsageError(description: ControlCommand.usage)
        }
        guard let text = values[.admin] else { return .ctl(order, .standard) }
        guard let admin = AdminAddress(text) else {
            throw UsageError(
                description: "--admin is '\(text)'; it must be address:port or unix:/path")
        }
        return .ctl(order, admin)
    }

    private func simulation() throws(UsageError) -> SimulationRequest {
        let configurationPath = try requiredPath()
        guard let trafficPath = values[.traffic] else {
            throw UsageError(description: "sim needs something to send: --traffic FILE")
        }
        var seed: UInt64?
        if let text = values[.seed] {
            guard let number = UInt64(text) else {
                throw UsageError(description: "--seed needs a whole number, not '\(text)'")
            }
            seed = number
        }
        return SimulationRequest(
            configurationPath: configurationPath, otherConfigurationPath: values[.against],
            trafficPath: trafficPath, seed: seed, jsonPath: values[.json], svgPath: values[.svg])
    }

    private func unknownWord(_ word: String, _ name: String) -> UsageError {
        guard word.hasPrefix("-") else {
            return UsageError(description: "\(verb.rawValue) takes no argument, but got '\(word)'")
        }
        let known = verb.options.map(\.rawValue) + [Option.help.rawValue]
        return Self.unknown("option", name, among: known)
    }

    private static func unknown(
        _ kind: String, _ word: String, among known: [String]
    ) -> UsageError {
        let offer = NearestName.nearest(to: word, among: known).map { "; did you mean '\($0)'?" }
        return UsageError(description: "unknown \(kind) '\(word)'\(offer ?? "")")
    }
}
