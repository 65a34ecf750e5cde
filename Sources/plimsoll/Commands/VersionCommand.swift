import PlimsollIO
import PlimsollProxy

/// `plimsoll version`
enum VersionCommand {
    static func perform() -> ExitCode {
        StandardStream.output.write("plimsoll \(BuildInformation.version)\n")
        return .success
    }
}
