import PlimsollIO

/// `plimsoll run`: the daemon.
enum RunCommand {
    static func perform(configurationPath: String) -> ExitCode {
        .softwareFailure
    }
}
