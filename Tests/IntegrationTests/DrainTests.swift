import Glibc
import Testing

/// SIGTERM.
@Suite struct DrainTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: KernelInterface.available)
    func `what is under way ends, what is idle is told, and the exit code is 0`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let idle = try stage.daemon.connect()
        try idle.say(Self.get)
        let idleServer = try stage.upstream.accept()
        _ = try idleServer.hear()
        try idleServer.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try idle.hear()
        let downloading = try stage.daemon.connect()
        try downloading.say(Self.get)
        _ = try idleServer.hear()
        try idleServer.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none")
        _ = try downloading.hearHead()
        let (server, _) = try stage.open()
        stage.daemon.signal(SIGTERM)
        try stage.daemon.hearLog("draining")
        try idle.say(Self.get)
        let (lastServer, _) = try stage.upstream.hear()
        try lastServer.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast")
        let last = try idle.hear()
        #expect(last.text == "last")
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().text == "ok")
        try idleServer.say("two")
        #expect(try downloading.hear(count: 6).text == "onetwo")
        #expect(try stage.daemon.hearExit() == 0)
        for client in [idle, downloading, stage.client] {
            #expect(try client.hearEnd().isEmpty)
        }
    }

    @Test(arguments: KernelInterface.available)
    func `an answer that begins during a drain says that it is the last`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let idle = try stage.daemon.connect()
        try idle.say(Self.get)
        let idleServer = try stage.upstream.accept()
        _ = try idleServer.hear()
        let (server, _) = try stage.open()
        try idleServer.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _ = try idle.hear()
        stage.daemon.signal(SIGTERM)
        // An idle connection is closed once it had time for one more request: then it drains.
        #expect(try idle.hearEnd().isEmpty)
        #expect(throws: Disappointment.self) { try stage.daemon.connect() }
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let answer = try stage.client.hear()
        #expect(answer.text == "ok")
        #expect(answer["connection"] == "close")
        #expect(try stage.daemon.hearExit() == 0)
    }

    @Test(arguments: KernelInterface.available)
    func `a second signal ends at once`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        _ = try stage.open()
        stage.daemon.signal(SIGTERM)
        try stage.daemon.hearLog("draining")
        let asked = Clock.milliseconds
        stage.daemon.signal(SIGTERM)
        try stage.daemon.hearLog("ending at once")
        _ = try stage.daemon.hearExit()
        #expect(Clock.milliseconds - asked < 3000)
        _ = stage.client.hearEndOrReset()
    }

    @Test(arguments: KernelInterface.available)
    func `a drain has an end`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver, rest: "[drain]\ntimeout = \"300ms\"\n")
        _ = try stage.open()
        stage.daemon.signal(SIGTERM)
        _ = try stage.daemon.hearExit()
        #expect(!stage.client.hearEndOrReset().bytes.text.contains("200"))
    }
}
