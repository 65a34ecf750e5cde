/// What the process tells whoever started it. Numbers from 64 on are those of sysexits.h.
enum ExitCode: Int32 {
    /// Done; for `run`: drained and stopped as asked.
    case success = 0
    /// `check --strict` found warnings.
    case warnings = 1
    /// The configuration is wrong or cannot be read.
    case invalidConfiguration = 2
    /// The command line is wrong.
    case usage = 64
    /// A listener could not be opened, or another thing that the daemon needs is missing.
    case unavailable = 69
    /// Something broke while running.
    case softwareFailure = 70
    /// `demo` was interrupted before its end; as a shell says it of Ctrl-C.
    case interrupted = 130
}
