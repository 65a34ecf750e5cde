import Glibc
import Testing

/// SIGHUP and SIGUSR1.
@Suite struct ReloadTests {
    private static func answering(_ text: String) -> String {
        "[[route]]\nrespond = { status = 200, body = \"\(text)\" }\n"
    }

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: KernelInterface.available)
    func `a valid configuration takes the place of the old one, also on kept connections`(
        _ driver: KernelInterface
    ) throws {
        let daemon = try Daemon(driver, Self.answering("old"))
        let client = try daemon.connect()
        try client.say(Self.get)
        #expect(try client.hear().text == "old")
        try daemon.reload(Self.answering("new"))
        #expect(try daemon.ask(Self.get).text == "new", "in force is in force on every loop")
        try client.say(Self.get)
        #expect(try client.hear().text == "new")
    }

    @Test(arguments: KernelInterface.available)
    func `an invalid configuration changes nothing, and the log says why`(
        _ driver: KernelInterface
    ) throws {
        let daemon = try Daemon(driver, Self.answering("old"))
        daemon.rewrite(Self.answering("new") + "\n[upstream.app]\nendpoint = []\n")
        daemon.signal(SIGHUP)
        try daemon.hearLog("endpoint")
        #expect(try daemon.ask(Self.get).text == "old")
        try daemon.reload(Self.answering("new"))
        #expect(try daemon.ask(Self.get).text == "new", "in force is in force on every loop")
    }

    @Test(arguments: KernelInterface.available)
    func `reloads under traffic lose nothing`(_ driver: KernelInterface) throws {
        let service = try LoadService(delayMilliseconds: 1)
        let configuration = "[upstream.app]\nendpoints = [\(service.endpoint)]\n"
        let daemon = try Daemon(driver, configuration, server: "loops = 2")
        let idle = try daemon.connect()
        try idle.say(Self.get)
        #expect(try idle.hear().text == "ok")
        let statuses = try LoadClient.run(daemon, connections: 16, requests: 800) { answered in
            guard answered % 80 == 0 else { return }
            daemon.rewrite(configuration + "timeouts = { connect = \"\(answered)ms\" }\n")
            daemon.signal(SIGHUP)
        }
        #expect(statuses == [200: 800])
        try idle.say(Self.get)
        #expect(try idle.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `a removed listener's idle connections get one more answer, and a goodbye`(
        _ driver: KernelInterface
    ) throws {
        let main = "[[listener]]\nname = \"main\"\naddress = \"127.0.0.1:0\"\n"
        let second = "[[listener]]\nname = \"second\"\naddress = \"unix:$DIR/a.sock\"\n"
        let daemon = try Daemon(driver, main + second + Self.answering("here"))
        let client = try daemon.connect(toFile: "a.sock")
        try client.say(Self.get)
        #expect(try client.hear()["connection"] == nil)
        try daemon.reload(main + Self.answering("there"))
        #expect(try daemon.ask(Self.get).text == "there")
        try client.say(Self.get)
        let last = try client.hear()
        #expect(last.status == 200)
        #expect(last["connection"] == "close")
        #expect(try client.hearEnd().isEmpty)
        try Patience.until("the socket is gone") {
            (try? daemon.connect(toFile: "a.sock")) == nil
        }
    }

    @Test(arguments: KernelInterface.available)
    func `every request is a line of the access log, which is reopened when asked`(
        _ driver: KernelInterface
    ) throws {
        let log = "[log]\naccess = \"$DIR/access.log\"\n"
        let daemon = try Daemon(driver, log + Self.answering("here"))
        let path = "\(daemon.directory)/access.log"
        _ = try daemon.ask("GET /first?x=\"1 HTTP/1.1\r\nHost: a\r\n\r\n")
        try Patience.until("a line in the log") { Daemon.read(path).contains("\n") }
        let line = Daemon.read(path)
        #expect(line.contains(#""method":"GET""#))
        #expect(line.contains(#""target":"/first?x=\"1""#))
        #expect(line.contains(#""status":200"#))
        rename(path, path + ".old")
        daemon.signal(SIGUSR1)
        try daemon.hearLog("opening log files again")
        try Patience.until("the file is there again") { access(path, F_OK) == 0 }
        _ = try daemon.ask("GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
        try Patience.until("a line in the new file") { Daemon.read(path).contains("/second") }
        #expect(!Daemon.read(path + ".old").contains("/second"))
    }

    @Test(arguments: KernelInterface.available)
    func `a listener with another name counts on under that`(_ driver: KernelInterface) throws {
        func listener(_ name: String) -> String {
            "[admin]\nlisten = \"unix:$DIR/b.sock\"\n"
                + "[[listener]]\nname = \"\(name)\"\naddress = \"unix:$DIR/a.sock\"\n"
                + Self.answering("own")
        }
        let daemon = try Daemon(driver, listener("first"))
        let client = try daemon.connect(toFile: "a.sock")
        try client.say(Self.get)
        #expect(try client.hear().text == "own")
        try daemon.reload(listener("second"))
        let admin = try daemon.connect(toFile: "b.sock")
        try admin.say("GET /metrics HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
        let metrics = try admin.hear().text
        #expect(metrics.contains("plimsoll_listener_connections{listener=\"second\"} 1\n"))
        #expect(!metrics.contains("listener=\"first\""))
    }
}
