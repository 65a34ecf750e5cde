import PlimsollIO

/// `plimsoll help`, and `--help` on every command.
enum HelpCommand {
    static func perform(about verb: Verb?) -> ExitCode {
        StandardStream.output.write(verb.map(text(about:)) ?? overview)
        return .success
    }

    static var overview: String {
        let verbs = Verb.allCases.map { "  \(padded($0.rawValue))\($0.summary)\n" }.joined()
        return """
            plimsoll: a reverse proxy that keeps every upstream at the load it can carry

            Usage: plimsoll COMMAND [OPTIONS]

            \(verbs)
            'plimsoll help COMMAND' or 'plimsoll COMMAND --help' tells more.

            """
    }

    static func text(about verb: Verb) -> String {
        let options = verb.options + [.help]
        let words = options.map { option in
            let value = option.valueName.map { " \($0)" } ?? ""
            let word = "\(option.rawValue)\(value)"
            return option.isRequired ? word : "[\(word)]"
        }
        let topic =
            switch verb {
            case .help: " [COMMAND]"
            case .ctl: " ORDER"
            default: verb.argumentName.map { " \($0)" } ?? ""
            }
        let list = options.map { option in
            let value = option.valueName.map { " \($0)" } ?? ""
            return "  \(padded(option.rawValue + value))\(option.summary)\n"
        }.joined()
        let notes = notes(about: verb)
        return """
            plimsoll \(verb.rawValue): \(verb.summary)

            Usage: plimsoll \(verb.rawValue)\(topic) \(words.joined(separator: " "))

            \(list)\(notes.isEmpty ? "" : "\n\(notes)\n")
            """
    }

    private static func notes(about verb: Verb) -> String {
        switch verb {
        case .run:
            """
            Logs go to standard error. SIGHUP loads the configuration again, SIGTERM and SIGINT
            end after the requests under way (a second one ends at once), SIGUSR1 opens log files
            again.

            Exit status: 0 after a drain, 2 for a wrong configuration, 64 for a wrong command line,
            69 when a listener cannot be opened or privileges cannot be given up.
            """
        case .check:
            """
            Every problem is one line, file:line:column: rule; fix.

            Exit status: 0 good, 1 warnings under --strict, 2 errors.
            """
        case .demo:
            """
            Takes less than a minute and needs nothing but loopback. Ctrl-C ends it.

            Exit status: 0 when the protection worked, 69 when the demo could not run, 70 when
            the protection did not work, 130 when it was interrupted.
            """
        case .explain:
            """
            ID is what the answer's X-Request-Id and the access log say. The daemon remembers the
            last refusals, retries and long waits (server.explain); what passed at once leaves
            nothing to explain. Without --admin it is asked at 127.0.0.1:9901.

            Exit status: 0 when something is known, 1 when nothing is, 69 when the daemon cannot
            be asked.
            """
        case .sim:
            """
            Runs the control code of the daemon (routes, permits, queues, limits, breakers,
            budgets) on virtual time between clients and upstreams that are models. The same
            files and seed give the same bytes. docs/SIMULATION.md says how traffic is described.

            Exit status: 0 done, 2 for a wrong configuration or description, 64 for a wrong
            command line, 70 when a file cannot be written.
            """
        case .ctl:
            """
            Orders:
              breaker open UPSTREAM [ENDPOINT]   let nothing pass until told otherwise
              breaker close UPSTREAM [ENDPOINT]  let everything pass, whatever fails
              breaker auto UPSTREAM [ENDPOINT]   let the breaker decide again
              reload                             as SIGHUP
              drain                              as SIGTERM

            What is held stays so over reloads, not over restarts. The admin server obeys only on
            a loopback address or a local socket.

            Exit status: 0 when it was done or begun, 69 when nobody answers, 70 when it was
            refused.
            """
        case .version, .help: ""
        }
    }

    private static func padded(_ word: String) -> String {
        word + String(repeating: " ", count: max(1, 16 - word.count))
    }
}
