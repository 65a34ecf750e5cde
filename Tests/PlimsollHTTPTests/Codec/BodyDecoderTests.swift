import PlimsollCore
import PlimsollHTTP
import Testing

struct BodyDecoderTests {
    @Test(arguments: [
        ("0\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
        ("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n000\r\n\r\n", "abc"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"), ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        ("5;a\r\nhello\r\n0;b=c\r\n\r\n", "hello"),
        ("5;a=b;c=\"d\"\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5;a=\"\\\";\\\\ é\t\"\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5 ;\ta = b ; c\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5;a=\"\" ;b\r\nhello\r\n0\r\n\r\n", "hello"),
    ])
    func `chunks are joined`(_ text: String, _ body: String) {
        let feed = BodyFeed.everyWay(text)
        #expect(feed.text == body)
        #expect(feed.isComplete)
        #expect(feed.error == nil)
        #expect(feed.consumed == text.utf8.count)
    }

    @Test func `what follows the body is left alone`() {
        let body = "5\r\nhello\r\n0\r\n\r\n"
        let feed = BodyFeed.everyWay(body + "GET / HTTP/1.1\r\n")
        #expect(feed.isComplete)
        #expect(feed.consumed == body.utf8.count)
        #expect(BodyFeed.everyWay("helloGET", .length(5)).consumed == 5)
        #expect(BodyFeed.everyWay("GET", .none).consumed == 0)
        #expect(BodyFeed.everyWay("GET", .length(0)).consumed == 0)
    }

    static let broken: [(String, BodyError)] = [
        ("\r\n", .invalidChunkSize), ("\n", .invalidChunkSize), ("g\r\n", .invalidChunkSize),
        (" 5\r\n", .invalidChunkSize), ("+5\r\n", .invalidChunkSize), ("-5\r\n", .invalidChunkSize),
        ("0x5\r\nhello", .invalidChunkSize), ("5\nhello", .invalidChunkSize),
        ("5\rhello", .invalidChunkSize), ("5\r\rhello", .invalidChunkSize),
        ("5,\r\nhello", .invalidChunkSize), (";a\r\n", .invalidChunkSize),
        ("5\u{0}\r\n", .invalidChunkSize), ("5_0\r\n", .invalidChunkSize),
        ("00000000000000005\r\n", .chunkSizeTooLarge), ("8000000000000000\r\n", .chunkSizeTooLarge),
        ("FFFFFFFFFFFFFFFF\r\n", .chunkSizeTooLarge),
        ("10000000000000005\r\nhello", .chunkSizeTooLarge),
        ("5\r\nhelloX", .missingChunkEnd), ("5\r\nhello\n", .missingChunkEnd),
        ("5\r\nhello\rX", .missingChunkEnd), ("5\r\nhello0\r\n\r\n", .missingChunkEnd),
        ("5\r\nhello\r\n\r\n", .invalidChunkSize), ("5\r\nhello\r\nX\r\n", .invalidChunkSize),
        ("5 \r\nhello", .invalidChunkExtension), ("5\t\r\nhello", .invalidChunkExtension),
        ("5;\r\nhello", .invalidChunkExtension), ("5;;a\r\nhello", .invalidChunkExtension),
        ("5;=b\r\nhello", .invalidChunkExtension), ("5;a=\r\nhello", .invalidChunkExtension),
        ("5;a=b=c\r\nhello", .invalidChunkExtension), ("5;a b\r\nhello", .invalidChunkExtension),
        ("5;a=b c\r\nhello", .invalidChunkExtension), ("5;a=\"b\r\n", .invalidChunkExtension),
        ("5;a=\"b\"c\r\n", .invalidChunkExtension), ("5;a=\"b\\\r\n", .invalidChunkExtension),
        ("5;a=\"\u{1}\"\r\n", .invalidChunkExtension), ("5;a\nhello", .invalidChunkExtension),
        ("5;a\u{0}\r\n", .invalidChunkExtension), ("5;a=b\n0\r\n\r\n", .invalidChunkExtension),
        ("5 5\r\nhello", .invalidChunkExtension), ("5;é\r\nhello", .invalidChunkExtension),
        ("5;a=b \r\nhello", .invalidChunkExtension), ("5;a\rhello", .invalidChunkSize),
        ("0\r\n\rX", .invalidTrailer), ("0\r\n\n", .invalidTrailer),
        ("0\r\nA\r\n", .invalidTrailer),
        ("0\r\nA : b\r\n", .invalidTrailer), ("0\r\n: b\r\n", .invalidTrailer),
        ("0\r\n A: b\r\n", .invalidTrailer), ("0\r\nA: b\r\n c\r\n", .invalidTrailer),
        ("0\r\nA: b\n", .invalidTrailer), ("0\r\nA: b\rc", .invalidTrailer),
        ("0\r\nA: b\u{0}\r\n", .invalidTrailer), ("0\r\nA: b\u{7F}\r\n", .invalidTrailer),
        ("0\r\nGET / HTTP/1.1\r\n", .invalidTrailer),
    ]

    @Test(arguments: broken)
    func `a fault in the framing is seen and ends it`(_ text: String, _ error: BodyError) {
        let feed = BodyFeed.everyWay(text)
        #expect(feed.error == error)
        #expect(!feed.isComplete)
    }

    @Test func `nothing is read after a fault`() {
        var decoder = BodyDecoder(.chunked)
        var first = Array("x".utf8)
        var span = first.mutableSpan
        _ = decoder.decode(&span)
        var second = Array("5\r\nhello\r\n0\r\n\r\n".utf8)
        var again = second.mutableSpan
        let decoded = decoder.decode(&again)
        #expect(decoded.error == .invalidChunkSize)
        #expect(decoded.consumed == 0)
        #expect(decoded.data.isEmpty)
    }

    @Test func `trailers that mean nothing to us are kept as they came`() {
        let feed = BodyFeed.everyWay("1\r\na\r\n0\r\nX-Sum: 1\r\ngrpc-status:0\r\n\r\nrest")
        #expect(feed.trailers == "X-Sum: 1\r\ngrpc-status:0\r\n")
        #expect(feed.text == "a")
        #expect(feed.isComplete)
    }

    @Test(arguments: [
        "Content-Length", "content-length", "Content_Length", "Transfer-Encoding",
        "transfer_encoding", "Host", "Connection", "Trailer", "TE", "Upgrade", "Keep-Alive",
        "Proxy-Connection", "Authorization", "Cookie", "Set-Cookie", "X-Forwarded-For",
        "X_Forwarded_For", "X-Real-IP", "Content-Type", "Expect", "Max-Forwards",
    ])
    func `trailers that someone might act upon are dropped`(_ name: String) {
        let feed = BodyFeed.everyWay("0\r\nA: b\r\n\(name): 5\r\nC: d\r\n\r\n")
        #expect(feed.trailers == "A: b\r\nC: d\r\n")
        #expect(feed.isComplete)
    }

    @Test func `trailers are bounded in bytes and lines`() {
        func trailers(_ count: Int, _ length: Int) -> BodyFeed {
            let line = "A:" + String(repeating: "b", count: length - 2) + "\r\n"
            let text = "0\r\n" + String(repeating: line, count: count) + "\r\n"
            return BodyFeed.decode(Array(text.utf8), .chunked)
        }
        #expect(trailers(1, 8192).isComplete)
        #expect(trailers(1, 8193).error == .trailersTooLarge)
        #expect(trailers(64, 128).isComplete)
        #expect(trailers(64, 129).error == .trailersTooLarge)
        #expect(trailers(65, 3).error == .trailersTooLarge)
    }

    @Test func `extensions are bounded for a chunk and in sum`() {
        func chunk(_ lineBytes: Int, data: Int = 1) -> String {
            let size = String(data, radix: 16)
            let filler = String(repeating: "b", count: lineBytes - size.utf8.count - 1)
            return "\(size);\(filler)\r\n\(String(repeating: "x", count: data))\r\n"
        }
        let end = "0\r\n\r\n"
        #expect(BodyFeed.decode(Array((chunk(1024) + end).utf8), .chunked).isComplete)
        #expect(BodyFeed.decode(Array((chunk(1025) + end).utf8), .chunked).error == .tooMuchFraming)
        // 1,010 bytes beyond what one byte of data earns: 16 fit into 16,384, 17 do not.
        let some = String(repeating: chunk(1024), count: 16) + end
        let many = String(repeating: chunk(1024), count: 17) + end
        #expect(BodyFeed.decode(Array(some.utf8), .chunked).isComplete)
        #expect(BodyFeed.decode(Array(many.utf8), .chunked).error == .tooMuchFraming)
        // Signed chunks of a kilobyte may go on for as long as they like.
        let signed = String(repeating: chunk(90, data: 1024), count: 500) + end
        #expect(BodyFeed.decode(Array(signed.utf8), .chunked).data.count == 512_000)
        let tiny = String(repeating: "1\r\nx\r\n", count: 20_000) + end
        #expect(BodyFeed.decode(Array(tiny.utf8), .chunked).data.count == 20_000)
    }

    @Test func `a length ends after exactly its bytes`() {
        #expect(BodyFeed.everyWay("hello", .length(5)).isComplete)
        #expect(!BodyFeed.everyWay("hell", .length(5)).isComplete)
        #expect(BodyFeed.everyWay("hello!", .length(5)).text == "hello")
        #expect(BodyFeed.everyWay("hello", .length(.max)).text == "hello")
    }

    @Test func `only a body that lasts until the end may end with the stream`() {
        func ends(_ framing: BodyFraming, after text: String) -> Bool {
            var decoder = BodyDecoder(framing)
            var bytes = Array(text.utf8)
            var span = bytes.mutableSpan
            _ = decoder.decode(&span)
            return decoder.endOfStream()
        }
        #expect(ends(.none, after: ""))
        #expect(ends(.length(0), after: ""))
        #expect(ends(.length(5), after: "hello"))
        #expect(!ends(.length(5), after: "hell"))
        #expect(ends(.chunked, after: "0\r\n\r\n"))
        #expect(!ends(.chunked, after: "0\r\n"))
        #expect(!ends(.chunked, after: "5\r\nhello\r\n"))
        #expect(ends(.untilClose, after: "hello"))
        #expect(BodyFeed.everyWay("hello", .untilClose).text == "hello")
    }

    @Test func `every way to cut a random body gives the same`() {
        var random = RandomBytes(seed: 7)
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            var expected: [UInt8] = []
            for _ in 0..<random.below(6) {
                let data = (0..<random.below(40) + 1).map { _ in UInt8(random.below(256)) }
                expected += data
                bytes += Array(String(data.count, radix: 16, uppercase: true).utf8)
                bytes += Array((random.below(3) == 0 ? ";x=\"y\"\r\n" : "\r\n").utf8)
                bytes += data + [0x0D, 0x0A]
            }
            bytes += Array("0\r\n\r\n".utf8)
            var cuts: [Int] = []
            var cut = 0
            while cut < bytes.count {
                cuts.append(cut)
                cut += random.below(20) + 1
            }
            let feed = BodyFeed.decode(bytes, .chunked, cuts: cuts)
            #expect(feed.data == expected)
            #expect(feed.isComplete)
        }
    }

    @Test func `random bytes never trap the decoder`() {
        var random = RandomBytes(seed: 11)
        let alphabet = Array("0123456789abcdefF\r\n;=\" \tx:\\".utf8)
        for _ in 0..<3000 {
            var bytes = Array("5\r\nhello\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n".utf8)
            for _ in 0..<random.below(4) {
                bytes[random.below(bytes.count)] = alphabet[random.below(alphabet.count)]
            }
            let cut = random.below(bytes.count)
            let whole = BodyFeed.decode(bytes, .chunked)
            #expect(BodyFeed.decode(bytes, .chunked, cuts: [cut]) == whole)
            #expect(whole.consumed <= bytes.count)
        }
    }
}
