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
            StandardStream.output.write(capacity.text)
        }
        if result.hasWarnings && isStrict { return .warnings }
        if !isPrinting {
            StandardStream.output.write("\(configurationPath): good\n")
        }
        return .success
    }
}
