import PlimsollIO

/// `plimsoll demo`
enum DemoCommand {
    static func perform() -> ExitCode {
        StandardStream.error.write("plimsoll: this build holds no demo\n")
        return .unavailable
    }
}
