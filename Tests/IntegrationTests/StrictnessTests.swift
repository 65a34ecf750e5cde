import Testing

/// Requests that are not what they seem. The parser's own tests have every case; these prove that
/// the walls stand between real sockets.
@Suite struct StrictnessTests {
    private static let smuggled = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    ]

    @Test(arguments: KernelInterface.available)
    func `ambiguous requests get 400 and a closed connection, and stay here`(
        _ driver: KernelInterface
    ) throws {
        let stage = try Stage(driver)
        for request in Self.smuggled {
            let client = try stage.daemon.connect()
            try client.say(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.hear()
            #expect(answer.status == 400, "\(request)")
            #expect(answer["connection"] == "close")
            #expect(answer["x-request-id"] != nil)
            client.endSending()
            #expect(try client.hearEnd().isEmpty, "\(request)")
        }
        #expect(!stage.upstream.hasCaller)
    }

    @Test(arguments: KernelInterface.available, ["zz\r\n", "5;a\nhello", "fffffffffffffffff\r\n"])
    func `a broken chunk is a 400, and no whole request to the upstream`(
        _ driver: KernelInterface, _ chunk: String
    ) throws {
        let stage = try Stage(driver)
        try stage.client.say(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        let server = try stage.upstream.accept()
        _ = try server.hearText(through: "abc\r\n")
        try stage.client.say(chunk + "\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try stage.client.hear().status == 400)
        let end = server.hearEndOrReset()
        #expect(end.bytes.isEmpty)
        #expect(!end.isClean, "a clean end might make the part look whole")
    }

    @Test(
        arguments: KernelInterface.available,
        [
            ("GET / HTTP/3.7\r\nHost: a\r\n\r\n", 505),
            ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ])
    func `other refusals have their own status`(
        _ driver: KernelInterface, _ refused: (request: String, status: Int)
    ) throws {
        let stage = try Stage(driver)
        #expect(try stage.daemon.ask(refused.request).status == refused.status)
        #expect(!stage.upstream.hasCaller)
    }

    @Test(
        arguments: KernelInterface.available,
        [
            "HTTP/1.1 200\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", "nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        ])
    func `a bad answer is a 502, and its connection is not kept`(
        _ driver: KernelInterface, _ bad: String
    ) throws {
        let stage = try Stage(driver)
        let (server, _) = try stage.open()
        try server.say(bad)
        let answer = try stage.client.hear()
        #expect(answer.status == 502)
        #expect(answer["proxy-status"]?.contains("http_protocol_error") == true)
        _ = server.hearEndOrReset()
    }
}
