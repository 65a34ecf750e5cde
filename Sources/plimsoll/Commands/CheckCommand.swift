import PlimsollConfig
import PlimsollIO
import PlimsollProxy

/// `plimsoll check`: every problem of a configuration at once, and what it may cost.
enum CheckCommand {
    static func perform(configurationPath: String, isPrinting: Bool, isStrict: Bool) -> ExitCode {
        let result = ConfigurationLoader.load(path: configurationPath)
        StandardStream.error.write(result.report)
        guard let configuration = result.configuration else { return .invalidConfiguration }
        let descriptors = (try? ResourceLimits.descriptors()) ?? 0
        let report = CapacityReport(
            worst: WorstCase(
                configuration, coresAvailable: ResourceLimits.coresAvailable(),
                descriptors: descriptors), descriptorLimit: descriptors)
        if isPrinting {
            // The figures as comments: what is printed is a configuration file again.
            for line in report.text.split(separator: "\n") {
                StandardStream.output.write("# \(line)\n")
            }
            StandardStream.output.write("\n" + configuration.printed)
        }
        if result.hasWarnings && isStrict { return .warnings }
        if !isPrinting {
            StandardStream.output.write("\(configurationPath): good\n\(report.text)")
        }
        return .success
    }
}
