import PlimsollIO

/// `plimsoll demo`: a proxy, three services and their clients in one process, and a story.
enum DemoCommand {
    static func perform() -> ExitCode {
        do {
            var demo = try Demo()
            return demo.run()
        } catch {
            StandardStream.error.write("plimsoll: the demo cannot start: \(error)\n")
            return .unavailable
        }
    }
}
