import Testing

/// Bodies of every framing, both ways.
@Suite struct BodyTests {
    @Test(arguments: KernelInterface.available)
    func `a chunked request stays chunked, with its trailers`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "5;ext=1\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 6\r\n\r\n")
        let (server, request) = try stage.upstream.hear()
        #expect(request["transfer-encoding"] == "chunked")
        #expect(request["content-length"] == nil)
        #expect(request.text == "hello!")
        #expect(request.trailers == ["X-Sum: 6"])
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try stage.client.hear().status == 204)
    }

    @Test(arguments: KernelInterface.available)
    func `a chunked answer stays chunked, with its trailers`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        var answer = try stage.client.hearHead()
        #expect(answer["transfer-encoding"] == "chunked")
        #expect(
            try stage.client.hearText(through: "\r\n") == "3\r\n", "the first bytes wait for none")
        #expect(try stage.client.hear(count: 5).text == "one\r\n")
        try server.say("4\r\n two\r\n0\r\nX-Sum: 7\r\n\r\n")
        try stage.client.hearBody(of: &answer)
        #expect(answer.text == " two")
        #expect(answer.trailers == ["X-Sum: 7"])
    }

    @Test(arguments: KernelInterface.available)
    func `answers to HEAD, and 204 and 304, have no body`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        let (server, request) = try stage.upstream.hear()
        #expect(request.startLine == "HEAD / HTTP/1.1")
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        #expect(try stage.client.hear(toHead: true)["content-length"] == "1000")
        try stage.client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try server.hear()
        try server.say("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 5\r\n\r\n")
        let unchanged = try stage.client.hear()
        #expect(unchanged.status == 304)
        #expect(unchanged["etag"] == "\"x\"")
        try stage.client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try server.hear()
        try server.say("HTTP/1.1 204 No Content\r\n\r\n")
        let empty = try stage.client.hear()
        #expect(empty.status == 204)
        #expect(empty["transfer-encoding"] == nil)
    }

    @Test(arguments: KernelInterface.available)
    func `a 1 point 0 client gets plain bytes and the connection's end`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        try stage.client.say("GET / HTTP/1.0\r\n\r\n")
        let (server, request) = try stage.upstream.hear()
        #expect(request.startLine == "GET / HTTP/1.1")
        #expect(request.all("host").count == 1)
        try server.say(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
        )
        let answer = try stage.client.hear()
        #expect(answer["transfer-encoding"] == nil)
        #expect(answer.text == "onetwo")
    }

    @Test(arguments: KernelInterface.available)
    func `an answer that ends with its connection is chunked for the client`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.0 200 OK\r\n\r\nall of it")
        server.close()
        let answer = try stage.client.hear()
        #expect(answer["transfer-encoding"] == "chunked")
        #expect(answer.text == "all of it")
        let (_, _) = try stage.open()
    }

    @Test(arguments: KernelInterface.available)
    func `an answer that should end with its connection but is reset has no clean end`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.0 200 OK\r\n\r\nnot all")
        _ = try stage.client.hearText(through: "not all")
        server.reset()
        let end = stage.client.hearEndOrReset()
        #expect(!end.isClean)
        #expect(!end.bytes.text.contains("0\r\n\r\n"))
    }

    @Test(
        arguments: KernelInterface.available,
        [
            "Content-Length: 10\r\n\r\nnot", "Transfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n",
        ])
    func `an answer cut short never looks whole`(_ driver: KernelInterface, _ rest: String) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say("HTTP/1.1 200 OK\r\n" + rest)
        _ = try stage.client.hearText(through: "not")
        server.close()
        let end = stage.client.hearEndOrReset()
        #expect(!end.isClean)
        #expect(!end.bytes.text.contains("0\r\n\r\n"))
    }

    @Test(arguments: KernelInterface.available)
    func `big bodies pass both ways unchanged`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let body = Pattern.bytes(count: 5 << 20)
        try stage.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        let server = try stage.upstream.accept()
        var request = try server.hearHead()
        request.body = try Pump.carry(body, from: stage.client, to: server)
        #expect(request.body.elementsEqual(body), "\(request.body.count) bytes came")
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
        #expect(try stage.client.hearHead().status == 200)
        let answer = try Pump.carry(body, from: server, to: stage.client)
        #expect(answer.elementsEqual(body), "\(answer.count) bytes came")
        _ = try stage.again(server)
    }

    @Test(arguments: KernelInterface.available)
    func `a reader that stops holds the upstream back, in little memory`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver, receiveBytes: 4096)
        let (server, _) = try stage.open()
        let before = stage.daemon.residentKilobytes
        let total = 64 << 20
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
        _ = try stage.client.hearHead()
        let piece = [UInt8](repeating: 7, count: 1 << 16)
        var pushed = 0
        while Clock.wait(server.descriptor, for: Pump.writable, until: Clock.milliseconds + 200) {
            pushed += max(0, server.push(piece[...]))
            try #require(pushed < total, "nothing held the upstream back")
        }
        #expect(stage.daemon.residentKilobytes - before < 4096)
        stage.client.reset()
        _ = server.hearEndOrReset()
    }

    @Test(arguments: KernelInterface.available)
    func `a refusal in the middle of an upload reaches the client`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        try stage.client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc")
        let server = try stage.upstream.accept()
        _ = try server.hearHead()
        _ = try server.hear(count: 3)
        try server.say(
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
        server.close()
        // The client goes on sending before it looks.
        let more = [UInt8](repeating: 7, count: 1 << 16)
        for _ in 0..<20 where stage.client.push(more[...]) < 0 {
            break
        }
        let answer = try stage.client.hear()
        #expect(answer.status == 413)
        #expect(answer.text == "big")
        #expect(answer["connection"] == "close")
    }

    @Test(arguments: KernelInterface.available)
    func `100 continue passes both ways`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        try stage.client.say(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        let server = try stage.upstream.accept()
        #expect(try server.hearHead()["expect"] == "100-continue")
        try server.say("HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try stage.client.hearHead().status == 100)
        try stage.client.say("body")
        #expect(try server.hear(count: 4).text == "body")
        try server.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().text == "ok")
    }

    @Test(arguments: KernelInterface.available)
    func `early hints pass, but not to a 1 point 0 client`(_ driver: KernelInterface) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        try server.say(hints + hints + hints + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        for _ in 0..<3 {
            let hint = try stage.client.hear()
            #expect(hint.status == 103)
            #expect(hint["link"] == "</x>")
        }
        #expect(try stage.client.hear().text == "ok")
        try stage.client.say("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
        _ = try server.hear()
        try server.say(hints + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try stage.client.hear().status == 200)
    }
}
