import PlimsollIO
import PlimsollProxy

/// `plimsoll run`: the daemon.
enum RunCommand {
    static func perform(configurationPath: String) -> ExitCode {
        switch Server.run(configurationPath: configurationPath, control: ControlLoop()) {
        case .stopped: .success
        case .invalidConfiguration: .invalidConfiguration
        case .unavailable: .unavailable
        case .failed: .softwareFailure
        }
    }
}
