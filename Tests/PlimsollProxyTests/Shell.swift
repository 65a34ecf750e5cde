import Glibc
import PlimsollIO

/// Runs a command of the shell and waits for it.
enum Shell {
    /// - Returns: its exit status.
    static func run(_ command: String) throws -> Int32 {
        var process = pid_t()
        let texts = ["/bin/sh", "-c", command]
        var words: [UnsafeMutablePointer<CChar>?] = texts.map { text in strdup(text) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        try SystemCall.checkNumber("posix_spawn") {
            posix_spawn(&process, "/bin/sh", nil, nil, words, environ)
        }
        var status: Int32 = 0
        try SystemCall.check("waitpid") { waitpid(process, &status, 0) }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
