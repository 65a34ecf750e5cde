import Testing

/// What the daemon says of memory that it may not have.
@Suite struct CapacityTests {
    @Test(arguments: KernelInterface.available)
    func `a daemon that may need more memory than it may have does not start`(
        _ driver: KernelInterface
    ) throws {
        let error = #expect(throws: Disappointment.self) {
            _ = try Daemon(
                driver, Daemon.answering, server: "memory_limit = \"64MiB\"")
        }
        #expect("\(String(describing: error))".contains("is more than server.memory_limit of 64"))
        let daemon = try Daemon(
            driver, Daemon.answering,
            server: "memory_limit = \"256MiB\"\nbuffer_memory = \"64MiB\"")
        #expect(try daemon.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        // Nor does it go on with one that would.
        daemon.rewrite(
            Daemon.answering, server: "memory_limit = \"64MiB\"\nbuffer_memory = \"64MiB\"")
        daemon.signal(1)
        try daemon.hearLog("the old one stays in force")
        #expect(try daemon.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
    }
}
