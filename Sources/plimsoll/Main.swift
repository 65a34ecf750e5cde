import Glibc
import PlimsollIO

@main
enum Main {
    static func main() {
        exit(perform(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func perform(_ words: [String]) -> ExitCode {
        let command: Command
        do {
            command = try CommandLineArguments.parse(words)
        } catch {
            StandardStream.error.write("plimsoll: \(error)\n")
            return .usage
        }
        switch command {
        case .run(let path): return RunCommand.perform(configurationPath: path)
        case .check(let path, let isPrinting, let isStrict):
            return CheckCommand.perform(
                configurationPath: path, isPrinting: isPrinting, isStrict: isStrict)
        case .ctl(let order, let admin): return ControlCommand.perform(order, at: admin)
        case .demo: return DemoCommand.perform()
        case .explain(let id, let admin): return ExplainCommand.perform(id: id, admin: admin)
        case .simulate(let request): return SimulateCommand.perform(request)
        case .version: return VersionCommand.perform()
        case .help(let verb): return HelpCommand.perform(about: verb)
        }
    }
}
