import PlimsollCore
import PlimsollHTTP
import Testing

struct ForwardedFieldsTests {
    private let start = ["GET / HTTP/1.1", "Host: h"]

    @Test(arguments: [
        "X-Forwarded-For", "x-forwarded-for", "X_Forwarded_For", "X-Forwarded_For",
        "X_FORWARDED-FOR",
        "X-Forwarded-Proto", "X_Forwarded_Proto", "X-Forwarded-Host", "x_forwarded_host",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded-Ssl",
        "X-Forwarded-Client-Cert", "X_Forwarded_Anything", "X-Forwarded", "Forwarded", "X-Real-IP",
        "X_Real_IP", "x-real_ip", "X-Attempt", "X_Attempt", "X-Request-Id", "X_Request_Id",
        "X-Priority", "X-Deadline", "X_Deadline",
    ])
    func `what the untrusted may not say never passes`(name: String) {
        let lines = WrittenHead.request(start + ["\(name): spoofed", "X-Last: kept"])
        #expect(!lines.contains { $0.contains("spoofed") })
        #expect(lines.values("x-last") == ["kept"])
    }

    @Test(arguments: ["Proxy", "PROXY", "Content_Length", "Transfer_Encoding", "transfer_Encoding"])
    func `names that stand for others in CGI pass from nobody`(name: String) {
        for isTrusted in [true, false] {
            let lines = WrittenHead.request(
                start + ["\(name): spoofed"], peer: WrittenHead.peer(isTrusted: isTrusted))
            #expect(!lines.contains { $0.contains("spoofed") })
        }
    }

    @Test(arguments: ["X-Forward", "X_Real_IPs", "X-Requested-With", "Proxy-Thing", "Content_Type"])
    func `harmless names pass`(name: String) {
        #expect(WrittenHead.request(start + ["\(name): value"]).contains("\(name): value"))
    }

    @Test func `a trusted peer's lists are extended and its words kept`() {
        let lines = WrittenHead.request(
            start + [
                "X-Forwarded-For: 1.1.1.1, 2.2.2.2", "X-Forwarded-Proto: https",
                "X-Forwarded-For: 3.3.3.3", "X-Forwarded-Host: outer.test", "X-Request-Id: abc-1",
                "X-Attempt: 3", "X-Forwarded-Port: 443", "Forwarded: for=1.1.1.1",
            ], peer: WrittenHead.peer("10.0.0.9", isTrusted: true))
        #expect(lines.values("x-forwarded-for") == ["1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9"])
        #expect(lines.values("x-real-ip") == ["3.3.3.3"])
        #expect(lines.values("x-forwarded-proto") == ["https"])
        #expect(lines.values("x-forwarded-host") == ["outer.test"])
        #expect(lines.values("x-forwarded-port") == ["443"])
        #expect(lines.values("x-request-id") == ["abc-1"])
        #expect(lines.values("x-attempt") == ["3"])
        #expect(lines.values("forwarded") == ["for=1.1.1.1"])
    }

    @Test func `a trusted peer that says nothing is the client itself`() {
        let lines = WrittenHead.request(
            start, peer: WrittenHead.peer("10.0.0.9", isTrusted: true, isSecure: true))
        #expect(lines.values("x-forwarded-for") == ["10.0.0.9"])
        #expect(lines.values("x-real-ip") == ["10.0.0.9"])
        #expect(lines.values("x-forwarded-proto") == ["https"])
        #expect(lines.values("x-forwarded-host") == ["h"])
    }

    @Test func `fields that a trusted peer's Connection names are not its words`() {
        let lines = WrittenHead.request(
            start + [
                "Connection: X-Forwarded-For, X-Forwarded-Proto", "X-Forwarded-For: 1.1.1.1",
                "X-Forwarded-Proto: https",
            ], peer: WrittenHead.peer(isTrusted: true))
        #expect(lines.values("x-forwarded-for") == ["192.0.2.7"])
        #expect(lines.values("x-forwarded-proto") == ["http"])
    }

    @Test func `Forwarded is written when asked for`() {
        let v4 = WrittenHead.request(start + ["Forwarded: for=spoofed"], sendsForwarded: true)
        #expect(v4.values("forwarded") == ["for=192.0.2.7;host=\"h\";proto=http"])
        let v6 = WrittenHead.request(
            start + ["Forwarded: for=1.1.1.1", "Forwarded: for=2.2.2.2"],
            peer: WrittenHead.peer("2001:db8::1", isTrusted: true, isSecure: true),
            sendsForwarded: true)
        #expect(
            v6.values("forwarded") == [
                "for=1.1.1.1, for=2.2.2.2, for=\"[2001:db8::1]\";host=\"h\";proto=https"
            ])
        #expect(v6.values("x-forwarded-for") == ["2001:db8::1"])
    }

    @Test(arguments: ["", "a b", "a\"b", "a,b", String(repeating: "x", count: 65)])
    func `an identifier that is not well-formed is replaced`(id: String) {
        let lines = WrittenHead.request(
            start + ["X-Request-Id: \(id)"], peer: WrittenHead.peer(isTrusted: true))
        #expect(lines.values("x-request-id").count == 1)
        #expect(lines.values("x-request-id")[0].count == 32)
        #expect(lines.values("x-request-id")[0] != id)
    }

    @Test func `two identifiers are none`() {
        let lines = WrittenHead.request(
            start + ["X-Request-Id: a", "X-Request-Id: b"],
            peer: WrittenHead.peer(isTrusted: true))
        #expect(lines.values("x-request-id").count == 1)
        #expect(lines.values("x-request-id")[0].count == 32)
    }

    @Test func `identifiers are the digits of random numbers`() {
        var random = RandomSource(seed: 5)
        var same = random
        let text = TestText.written { RequestID(&random).write(into: &$0) }
        let expected = (0..<4).map { _ in
            let digits = String(UInt32(truncatingIfNeeded: same.next()), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        #expect(text == expected.joined())
    }

    private func isSecure(_ fields: [String], _ peer: PeerFacts) -> Bool {
        let bytes = Array(
            (["GET / HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
        var parser = HeadParser(fieldCountMaximum: 8)
        var scanned = 0
        _ = parser.parseRequest(bytes.span, scanned: &scanned, limits: HeadLimits())
        return ForwardedFields.isSecure(peer, fields: parser.fields, bytes: bytes.span)
    }

    @Test func `a trusted peer says by which scheme the client came`() {
        let trusted = WrittenHead.peer(isTrusted: true)
        #expect(isSecure(["X-Forwarded-Proto: https"], trusted))
        #expect(isSecure(["X-Forwarded-Proto: HTTPS, http"], trusted))
        #expect(isSecure([], WrittenHead.peer(isTrusted: true, isSecure: true)))
        for value in ["http", "httpsx", "http, https", "wss", "", ",https"] {
            let fields = ["X-Forwarded-Proto: \(value)"]
            #expect(!isSecure(fields, trusted), "\(value)")
            let secure = WrittenHead.peer(isTrusted: true, isSecure: true)
            #expect(!isSecure(fields, secure), "\(value)")
        }
    }

    @Test func `nobody else does`() {
        #expect(!isSecure(["X-Forwarded-Proto: https"], WrittenHead.peer()))
        #expect(isSecure(["X-Forwarded-Proto: http"], WrittenHead.peer(isSecure: true)))
    }
}
