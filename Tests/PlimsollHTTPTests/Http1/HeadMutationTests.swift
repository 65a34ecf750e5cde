import PlimsollCore
import PlimsollHTTP
import Testing

/// Valid heads with random damage: never a trap, never accepted against the rules, and the same
/// however the bytes come.
struct HeadMutationTests {
    private static let heads = [
        "GET /a/b?c HTTP/1.1\r\nHost: a.b:80\r\nAccept: */*\r\nUser-Agent: x\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, x-y\r\nUpgrade: websocket\r\nX-Y: z\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:8080\r\nMax-Forwards: 3\r\n\r\n",
        "GET http://a.b/c?d HTTP/1.0\r\nConnection: keep-alive\r\nHost: e\r\n\r\n",
    ]
    private static let bytes =
        Array("\r\n\r\n\t :,;/?#@[]*%+-_.0159azAZ\"\\\u{0}\u{1}\u{B}\u{7F}".utf8) + [
            0x80, 0xA0, 0xFF,
        ]
    private static let pieces = [
        "\r\n", "\r\n ", "\n", "\r", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "\r\nTransfer-Encoding: identity", "Host: b\r\n", ", chunked", " HTTP/1.1", "\r\n\r\n",
        "1 ",
        "Content-Length:\t7 \r\n", "transfer-encoding:chunked\r\n",
    ].map { Array($0.utf8) }

    private static let end = Array("\r\n\r\n".utf8)

    private func damaged(_ random: inout RandomBytes) -> [UInt8] {
        var head = Array(Self.heads[random.below(Self.heads.count)].utf8)
        for _ in 0..<random.below(4) {
            let place = random.below(head.count)
            switch random.below(5) {
            case 0: head[place] = Self.bytes[random.below(Self.bytes.count)]
            case 1: head.insert(Self.bytes[random.below(Self.bytes.count)], at: place)
            case 2: head.remove(at: place)
            case 3:
                head.insert(
                    contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
            default: head[place] ^= 1 << UInt8(random.below(8))
            }
        }
        return head
    }

    @Test(arguments: 1...8)
    func `damage is refused or harmless, however the bytes come`(_ seed: UInt64) {
        var random = RandomBytes(seed: seed)
        var accepted = 0
        for _ in 0..<1_500 {
            let bytes = damaged(&random)
            let whole = HeadFeed.request(bytes)
            let cut = random.below(bytes.count)
            let inTwo = HeadFeed.requestInTwo(bytes, at: cut)
            switch whole {
            case .complete(let head):
                accepted += 1
                let broken = SlowHeadCheck.brokenRule(
                    Array(bytes[0..<head.headBytes]), framing: head.framing)
                #expect(broken == nil, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
                #expect(inTwo == whole)
            case .incomplete:
                #expect(inTwo == .incomplete)
            case .refused:
                // Another fault may be met first, or this one only when the head has ended, but a
                // fault it is.
                guard case .refused = HeadFeed.requestInTwo(bytes + Self.end, at: cut) else {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)")
                    continue
                }
            }
        }
        #expect(accepted > 100, "the damage must leave something to accept")
    }

    @Test(arguments: 1...4)
    func `a damaged response is refused or the same in two pieces`(_ seed: UInt64) {
        var random = RandomBytes(seed: seed)
        let heads = [
            "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nDate: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        ]
        for _ in 0..<1_000 {
            var bytes = Array(heads[random.below(2)].utf8)
            for _ in 0..<random.below(4) {
                bytes[random.below(bytes.count)] = Self.bytes[random.below(Self.bytes.count)]
            }
            let whole = HeadFeed.response(bytes)
            guard case .refused = whole else {
                #expect(HeadFeed.responseByteByByte(bytes) == whole)
                continue
            }
            guard case .refused = HeadFeed.responseByteByByte(bytes + Self.end) else {
                Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)")
                continue
            }
        }
    }
}
