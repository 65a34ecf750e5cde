/// How a server's life ended.
public enum ServerExit: Sendable, Equatable {
    /// Drained, or ended at once as asked.
    case stopped
    /// The file is wrong; nothing was started.
    case invalidConfiguration
    /// Something that it needs was refused; nothing was served.
    case unavailable
    /// A loop broke down.
    case failed
}

/// Why a server could not start. Told to the operator in these words.
struct StartError: Error, CustomStringConvertible {
    var exit: ServerExit
    var description: String
}
