import Glibc

/// The real binary, running with a configuration of the test's. Ends with its last reference.
final class Daemon {
    let process: pid_t
    let directory: String
    /// Where its listeners were bound, by name.
    private(set) var ports: [String: UInt16] = [:]
    /// What it logged until it served.
    private(set) var startLog: [String] = []
    private let driver: KernelInterface
    private let log: Wire
    private var exitStatus: Int32?

    /// A configuration that needs no upstream.
    static var answering: String {
        "[[route]]\nrespond = { status = 200, body = \"here\" }\n"
    }

    /// Starts the daemon and returns once it serves.
    /// - Parameters:
    ///   - configuration: the tables after `[server]`; without a listener it gets one, `main`.
    ///     `$DIR` stands for a directory of its own.
    ///   - server: further lines of `[server]`.
    ///   - descriptors: how many it may have open.
    init(
        _ driver: KernelInterface, _ configuration: String, server: String = "",
        descriptors: Int? = nil
    ) throws {
        self.driver = driver
        var template = Array("/tmp/plimsoll-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Disappointment("no directory for a test") }
        directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        chmod(directory, 0o755)
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw Disappointment("no sockets for a log")
        }
        let file = "\(directory)/plimsoll.toml"
        Self.write(Self.complete(configuration, driver, server, directory), to: file)
        process = try Self.spawn(file: file, log: ends[1], descriptors: descriptors)
        close(ends[1])
        log = Wire(ends[0])
        try hearUntilServing()
    }

    deinit {
        kill(process, SIGKILL)
        if exitStatus == nil {
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        for name in ["plimsoll.toml", "access.log", "access.log.old", "a.sock", "b.sock"] {
            unlink("\(directory)/\(name)")
        }
        rmdir(directory)
    }

    // MARK: Talking to it

    func connect(to listener: String = "main", receiveBytes: Int32? = nil) throws -> Wire {
        guard let port = ports[listener] else { throw Disappointment("no listener \(listener)") }
        return Wire(try Loopback.connect(to: port, receiveBytes: receiveBytes))
    }

    /// A connection to a socket of the daemon's in its directory.
    func connect(toFile name: String) throws -> Wire {
        Wire(try Loopback.connect(toFile: "\(directory)/\(name)"))
    }

    /// One request on a connection of its own, and its answer.
    func ask(_ request: String, at listener: String = "main") throws -> Message {
        let client = try connect(to: listener)
        try client.say(request)
        return try client.hear(toHead: request.hasPrefix("HEAD"))
    }

    /// Waits for a log line that contains `text`.
    @discardableResult
    func hearLog(_ text: String) throws -> String {
        while true {
            let line = try log.hearText(through: "\n")
            learnAddress(line)
            if line.contains(text) { return line }
        }
    }

    func signal(_ number: Int32) {
        kill(process, number)
    }

    /// Has the daemon read another configuration, and waits until that is in force.
    func reload(_ configuration: String, server: String = "") throws {
        rewrite(configuration, server: server)
        signal(SIGHUP)
        try hearLog("the configuration is in force")
    }

    /// Writes another configuration where the daemon reads its own.
    func rewrite(_ configuration: String, server: String = "") {
        Self.write(
            Self.complete(configuration, driver, server, directory),
            to: "\(directory)/plimsoll.toml")
    }

    /// Waits for the process to end by itself.
    /// - Returns: its exit code, or minus the signal that ended it.
    func hearExit() throws -> Int32 {
        _ = try log.hearEnd()
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process else {
            throw Disappointment("the daemon is not ours")
        }
        exitStatus = status
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    // MARK: Looking at it

    /// Descriptors that it has open.
    var openDescriptors: Int {
        guard let listing = opendir("/proc/\(process)/fd") else { return -1 }
        defer { closedir(listing) }
        var count = -2
        while readdir(listing) != nil {
            count += 1
        }
        return count
    }

    /// Memory that is resident, in KiB.
    var residentKilobytes: Int {
        let lines = Self.read("/proc/\(process)/status").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmRSS:") } ?? ""
        return Int(line.filter(\.isNumber)) ?? -1
    }

    static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += piece[..<count]
        }
    }

    // MARK: Starting

    private static func complete(
        _ configuration: String, _ driver: KernelInterface, _ server: String,
        _ directory: String
    ) -> String {
        var text = """
            [server]
            driver = "\(driver.rawValue)"
            user = "root"
            \(server.contains("loops") ? "" : "loops = 1")
            \(server)

            """
        if !configuration.contains("[admin]") {
            text += "[admin]\nlisten = \"off\"\n"
        }
        if !configuration.contains("[[listener]]") {
            text += "[[listener]]\nname = \"main\"\naddress = \"127.0.0.1:0\"\n"
        }
        return (text + configuration).split(
            separator: "$DIR", omittingEmptySubsequences: false
        ).joined(separator: directory)
    }

    private static func write(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        precondition(descriptor >= 0, "a configuration was not written")
        let bytes = Array(text.utf8)
        let count = Glibc.write(descriptor, bytes, bytes.count)
        precondition(count == bytes.count, "a configuration was not written")
        close(descriptor)
    }

    private func hearUntilServing() throws {
        do {
            while true {
                let line = try log.hearText(through: "\n")
                startLog.append(line)
                learnAddress(line)
                if line.contains(" serving") { return }
            }
        } catch {
            throw Disappointment("the daemon did not start: \(startLog.joined()) \(error)")
        }
    }

    /// `… info listening listener=main address=127.0.0.1:PORT`
    private func learnAddress(_ line: String) {
        guard line.contains(" listening ") else { return }
        let words = line.split { $0 == " " || $0 == "\n" }
        let name = words.first { $0.hasPrefix("listener=") }?.dropFirst(9)
        let port = words.first { $0.hasPrefix("address=") }?.split(separator: ":").last
        if let name, let port {
            ports[String(name)] = UInt16(port)
        }
    }

    /// The shell sets the limit of descriptors, perl an alarm that outlives both of them: a daemon
    /// whose test was killed ends by itself.
    private static func spawn(file: String, log: Int32, descriptors: Int?) throws -> pid_t {
        let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
        let script = "\(limit)exec perl -e 'alarm shift; exec @ARGV' \"$@\""
        let words = [
            "sh", "-c", script, "sh", "\(Patience.daemonSeconds)", binary, "run", "--config", file,
        ]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { arguments.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, log, 2)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var process: pid_t = 0
        let answer = posix_spawn(&process, "/bin/sh", &actions, nil, arguments, environ)
        guard answer == 0 else { throw Disappointment("spawning failed: \(answer)") }
        return process
    }

    /// The daemon lies beside the test bundle.
    private static let binary: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        precondition(count > 0, "/proc is not mounted")
        let own = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/plimsoll"
    }()
}
