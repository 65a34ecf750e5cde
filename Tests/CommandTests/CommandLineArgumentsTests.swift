import PlimsollPolicy
import Testing

@testable import plimsoll

@Suite struct CommandLineArgumentsTests {
    private func parse(_ line: String) throws(UsageError) -> Command {
        try CommandLineArguments.parse(line.split(separator: " ").map(String.init))
    }

    private func complaint(_ line: String) -> String? {
        do {
            _ = try parse(line)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `run takes a configuration, in two spellings`() throws {
        #expect(try parse("run --config a.toml") == .run(configurationPath: "a.toml"))
        #expect(try parse("run --config=a.toml") == .run(configurationPath: "a.toml"))
    }

    @Test func `check takes its options in any order`() throws {
        #expect(
            try parse("check --strict --config a --print")
                == .check(configurationPath: "a", isPrinting: true, isStrict: true))
        #expect(
            try parse("check --config a")
                == .check(configurationPath: "a", isPrinting: false, isStrict: false))
    }

    @Test func `sim takes two configurations, a traffic, a seed and files to write`() throws {
        let line = "sim --traffic t --config a --against b --seed 7 --json - --svg c.svg"
        #expect(
            try parse(line)
                == .simulate(
                    SimulationRequest(
                        configurationPath: "a", otherConfigurationPath: "b", trafficPath: "t",
                        seed: 7, jsonPath: "-", svgPath: "c.svg")))
        #expect(
            try parse("sim --config a --traffic t")
                == .simulate(SimulationRequest(configurationPath: "a", trafficPath: "t")))
        #expect(complaint("sim --config a") == "sim needs something to send: --traffic FILE")
        #expect(
            complaint("sim --traffic t") == "sim needs a configuration: --config FILE")
        #expect(
            complaint("sim --config a --traffic t --seed x")
                == "--seed needs a whole number, not 'x'")
        #expect(complaint("sim --seed") == "--seed needs a number")
    }

    @Test func `ctl takes an order and an address`() throws {
        #expect(try parse("ctl reload") == .ctl(.reload, .standard))
        #expect(
            try parse("ctl breaker open payments")
                == .ctl(.breaker(.open, upstream: "payments", endpoint: nil), .standard))
        let admin = try #require(AdminAddress("unix:/run/admin.sock"))
        #expect(
            try parse("ctl --admin unix:/run/admin.sock breaker close app 10.0.0.5:80")
                == .ctl(.breaker(.closed, upstream: "app", endpoint: "10.0.0.5:80"), admin))
        #expect(complaint("ctl") == ControlCommand.usage)
        #expect(complaint("ctl breaker ajar app") == ControlCommand.usage)
        #expect(complaint("ctl reload --admin") == "--admin needs an address")
        #expect(
            complaint("ctl reload --admin nowhere")
                == "--admin is 'nowhere'; it must be address:port or unix:/path")
    }

    @Test func `what an order asks for is escaped`() {
        let order = ControlCommand.Order.breaker(
            .auto, upstream: "a.b-c_1", endpoint: "unix:/run/a b.sock")
        #expect(
            order.target
                == "/control/breaker?hold=auto&upstream=a.b-c_1&endpoint=unix:%2Frun%2Fa%20b.sock")
    }

    @Test(arguments: ["--help", "-h", "help"])
    func `the program explains itself`(line: String) throws {
        #expect(try parse(line) == .help(nil))
    }

    @Test(arguments: ["run", "check", "demo", "explain", "sim", "ctl", "version", "help"])
    func `every command explains itself`(name: String) throws {
        let verb = try #require(Verb(rawValue: name))
        #expect(try parse("\(name) --help") == .help(verb))
        #expect(try parse("\(name) -h") == .help(verb))
        #expect(try parse("help \(name)") == .help(verb))
        #expect(HelpCommand.text(about: verb).contains("Usage: plimsoll \(name)"))
        #expect(HelpCommand.overview.contains(verb.summary))
    }

    @Test func `explain takes an id and an address, in any order`() throws {
        #expect(try parse("explain abc") == .explain(id: "abc", admin: nil))
        #expect(try parse("explain --admin [::1]:9 a=b") == .explain(id: "a=b", admin: "[::1]:9"))
        #expect(try parse("explain a --admin=x") == .explain(id: "a", admin: "x"))
        #expect(complaint("explain")?.hasPrefix("explain needs the id of a request") == true)
        #expect(complaint("explain a b") == "explain takes one ID")
        #expect(complaint("explain a --admin") == "--admin needs an address")
    }

    @Test func `an unknown word is answered with the nearest known one`() {
        #expect(complaint("chek") == "unknown command 'chek'; did you mean 'check'?")
        #expect(complaint("run --confg a") == "unknown option '--confg'; did you mean '--config'?")
        #expect(complaint("xyzzy") == "unknown command 'xyzzy'")
        #expect(complaint("help runn") == "unknown command 'runn'; did you mean 'run'?")
    }

    @Test func `an option of another command is unknown`() {
        #expect(complaint("run --config a --strict") == "unknown option '--strict'")
    }

    @Test func `what is missing or too much is said`() {
        #expect(complaint("") == "there is no command; try `plimsoll help`")
        #expect(complaint("run") == "run needs a configuration: --config FILE")
        #expect(complaint("run --config") == "--config needs the path of a file")
        #expect(complaint("run --config=") == "--config needs the path of a file")
        #expect(complaint("run --config a --config b") == "--config is given twice")
        #expect(complaint("check --strict=1 --config a") == "--strict takes no value")
        #expect(complaint("version now") == "version takes no argument, but got 'now'")
        #expect(complaint("help run check") == "help explains one command at a time")
    }
}
