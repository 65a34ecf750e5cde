import PlimsollConfig
import PlimsollIO

/// `plimsoll check`: every problem of a configuration at once, and what it may cost.
enum CheckCommand {
    static func perform(configurationPath: String, isPrinting: Bool, isStrict: Bool) -> ExitCode {
        let result = ConfigurationLoader.load(path: configurationPath)
        StandardStream.error.write(result.report)
        guard let configuration = result.configuration else { return .invalidConfiguration }
        if isPrinting {
            let capacity = CapacityReport(
                configuration, coresAvailable: ResourceLimits.coresAvailable())
            // The figures as comments: what is printed is a configuration file again.
            for line in capacity.text.split(separator: "\n") {
                StandardStream.output.write("# \(line)\n")
            }
            StandardStream.output.write("\n" + configuration.printed)
        }
        if result.hasWarnings && isStrict { return .warnings }
        if !isPrinting {
            StandardStream.output.write("\(configurationPath): good\n")
        }
        return .success
    }
}
