import PlimsollCore
import PlimsollHTTP
import Testing

/// What must never get past the parser: product rules, RFC 9112 and known smuggling vectors.
struct RequestRefusalTests {
    static let framing: [RefusedHead] = [
        .post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", .conflictingFraming),
        .post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", .conflictingFraming),
        .post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", .conflictingFraming),
        .post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", .conflictingFraming),
        .post("Transfer-Encoding:\r\nContent-Length: 5\r\n", .conflictingFraming),
        .post("transfer-encoding: x\r\ncontent-length: z\r\n", .conflictingFraming),
        .post("Content-Length: 5\r\nContent-Length: 6\r\n", .invalidContentLength),
        .post("Content-Length: 5\r\nContent-Length: 5\r\n", .invalidContentLength),
        .post("Content-Length: 5\r\ncontent-length: 5\r\n", .invalidContentLength),
        .post("Content-Length: 5\r\nContent-Length:\r\n", .invalidContentLength),
        .post("Content-Length: 5, 5\r\n", .invalidContentLength),
        .post("Content-Length: 5, 6\r\n", .invalidContentLength),
        .post("Content-Length: 5,\r\n", .invalidContentLength),
        .post("Content-Length: ,5\r\n", .invalidContentLength),
        .post("Content-Length: 5 5\r\n", .invalidContentLength),
        .post("Content-Length: 5\t5\r\n", .invalidContentLength),
        .post("Content-Length: +5\r\n", .invalidContentLength),
        .post("Content-Length: -5\r\n", .invalidContentLength),
        .post("Content-Length: -0\r\n", .invalidContentLength),
        .post("Content-Length: 0x5\r\n", .invalidContentLength),
        .post("Content-Length: 5h\r\n", .invalidContentLength),
        .post("Content-Length: a\r\n", .invalidContentLength),
        .post("Content-Length: 5.0\r\n", .invalidContentLength),
        .post("Content-Length: 5e0\r\n", .invalidContentLength),
        .post("Content-Length: 1_000\r\n", .invalidContentLength),
        .post("Content-Length: \"5\"\r\n", .invalidContentLength),
        .post("Content-Length: ٥\r\n", .invalidContentLength),
        .post("Content-Length:\r\n", .invalidContentLength),
        .post("Content-Length: \t \r\n", .invalidContentLength),
        .post("Content-Length: 9223372036854775808\r\n", .invalidContentLength),
        .post("Content-Length: 18446744073709551621\r\n", .invalidContentLength),
        .post("Content-Length: 99999999999999999999999999\r\n", .invalidContentLength),
        .post("Transfer-Encoding: gzip\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: identity\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: gzip, chunked\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: chunked, gzip\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: chunked, identity\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: xchunked\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: chunkedx\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: chunke\r\n", .unknownTransferCoding),
        .post("Transfer-Encoding: 'chunked'\r\n", .unknownTransferCoding),
        .post(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", .unknownTransferCoding),
        .post(
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            .unknownTransferCoding),
        .post("Transfer-Encoding: chunked, chunked\r\n", .invalidTransferEncoding),
        .post(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            .invalidTransferEncoding),
        .post("Transfer-Encoding: chunked,\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: ,chunked\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: \"chunked\"\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: chunked;q=1\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: chunked chunked\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: chunked foo\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: [chunked]\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding:\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding: \u{B}chunked\r\n", .controlByte),
        .post("Transfer-Encoding: chunked\u{0}\r\n", .controlByte),
        .post("Transfer-Encoding: chun\u{7F}ked\r\n", .controlByte),
        .post("Transfer-Encoding: \u{A0}chunked\r\n", .invalidTransferEncoding),
        .post("Transfer-Encoding:\r\n chunked\r\n", .foldedField),
        .post("Transfer-Encoding: x\r\n\tchunked\r\n", .foldedField),
        .post("X: y\r\n Transfer-Encoding: chunked\r\n", .foldedField),
        .post("X: y\rTransfer-Encoding: chunked\r\n", .bareCarriageReturn),
        .post("X: y\nTransfer-Encoding: chunked\r\n", .bareLineFeed),
        .post("Transfer-Encoding : chunked\r\n", .spaceBeforeColon),
        .post("Transfer-Encoding\t: chunked\r\n", .spaceBeforeColon),
        .post("Content-Length : 5\r\n", .spaceBeforeColon),
        .post("Content-\u{0}Length: 5\r\n", .controlByte),
        .post("Content\rLength: 5\r\n", .bareCarriageReturn),
        .post("Transfer Encoding: chunked\r\n", .invalidFieldName),
        .post("\u{B}Transfer-Encoding: chunked\r\n", .controlByte),
        .post("\u{A0}Content-Length: 5\r\n", .invalidFieldName),
        .post("Content-Length\u{A0}: 5\r\n", .invalidFieldName),
        .post("Content-Length\r\n", .invalidFieldName),
        .post("Content-Length 5\r\n", .invalidFieldName),
        .post("\"Content-Length\": 5\r\n", .invalidFieldName),
        RefusedHead(
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .transferEncodingOnOldVersion),
        RefusedHead(
            "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncodingOnOldVersion),
    ]

    static let lines: [RefusedHead] = [
        .line("GET /", .unsupportedVersion),
        .line("GET /a/b?c=d", .unsupportedVersion),
        .line("GET", .malformedRequestLine),
        .line("GET ", .malformedRequestLine),
        .line("POST /", .malformedRequestLine),
        .line("GET a", .malformedRequestLine),
        .line("GET / HTTP/0.9", .unsupportedVersion),
        .line("GET / HTTP/1.2", .unsupportedVersion),
        .line("GET / HTTP/1.9", .unsupportedVersion),
        .line("GET / HTTP/2.0", .unsupportedVersion),
        .line("PRI * HTTP/2.0", .unsupportedVersion),
        .line("GET / HTTP/3.1", .unsupportedVersion),
        .line("GET / HTTP/11.1", .malformedRequestLine),
        .line("GET / HTTP/1.10", .malformedRequestLine),
        .line("GET / HTTP/1.", .malformedRequestLine),
        .line("GET / HTTP/1", .malformedRequestLine),
        .line("GET / HTTP/1,1", .malformedRequestLine),
        .line("GET / http/1.1", .malformedRequestLine),
        .line("GET / HTTPS/1.1", .malformedRequestLine),
        .line("GET / HTTP /1.1", .malformedRequestLine),
        .line("GET / XTTP/1.1", .malformedRequestLine),
        .line("GET / HTTP/1.1 ", .malformedRequestLine),
        .line("GET /HTTP/1.1", .unsupportedVersion),
        .line("GET  / HTTP/1.1", .invalidTarget),
        .line("GET /  HTTP/1.1", .invalidTarget),
        .line("GET  HTTP/1.1", .malformedRequestLine),
        .line("GET\t/ HTTP/1.1", .invalidMethod),
        .line("GET /\tHTTP/1.1", .malformedRequestLine),
        .line(" GET / HTTP/1.1", .malformedRequestLine),
        .line("G@T / HTTP/1.1", .invalidMethod),
        .line("G(ET / HTTP/1.1", .invalidMethod),
        .line("GÉT / HTTP/1.1", .invalidMethod),
        .line("GET /a b HTTP/1.1", .invalidTarget),
        .line("GET /a?b c HTTP/1.1", .invalidTarget),
        .line("GET /a\tb HTTP/1.1", .invalidTarget),
        .line("GET /a#b HTTP/1.1", .invalidTarget),
        .line("GET /a?b#c HTTP/1.1", .invalidTarget),
        .line("GET /ä HTTP/1.1", .invalidTarget),
        .line("GET /a?ä HTTP/1.1", .invalidTarget),
        .line("GET /a\u{0}b HTTP/1.1", .controlByte),
        .line("GET /a\u{1F}b HTTP/1.1", .controlByte),
        .line("GET /a\u{7F}b HTTP/1.1", .controlByte),
        .line("GET /a\rb HTTP/1.1", .bareCarriageReturn),
        .line("GET /a\nb HTTP/1.1", .bareLineFeed),
        .line("GET a HTTP/1.1", .invalidTarget),
        .line("GET * HTTP/1.1", .invalidTarget),
        .line("POST * HTTP/1.1", .invalidTarget),
        .line("OPTIONS *a HTTP/1.1", .invalidTarget),
        .line("OPTIONS *?a HTTP/1.1", .invalidTarget),
        .line("GET a:80 HTTP/1.1", .invalidTarget),
        .line("GET ftp://a/ HTTP/1.1", .invalidTarget),
        .line("GET http:/a HTTP/1.1", .invalidTarget),
        .line("GET http:// HTTP/1.1", .malformedHost),
        .line("GET http:///a HTTP/1.1", .malformedHost),
        .line("GET http://u@a/ HTTP/1.1", .malformedHost),
        .line("GET http://u:p@a/ HTTP/1.1", .malformedHost),
        .line("GET http://a\\b/ HTTP/1.1", .malformedHost),
        .line("GET http://a:1:2/ HTTP/1.1", .malformedHost),
        .line("GET http://a#/ HTTP/1.1", .malformedHost),
        .line("GET http://a/b#c HTTP/1.1", .invalidTarget),
        .line("CONNECT a:443 HTTP/1.1", .unimplementedMethod),
        .line("CONNECT / HTTP/1.1", .unimplementedMethod),
        .line("TRACE / HTTP/1.1", .unimplementedMethod),
        .line("TRACE * HTTP/1.1", .unimplementedMethod),
        RefusedHead("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        RefusedHead("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .bareLineFeed),
        RefusedHead("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", .bareCarriageReturn),
        RefusedHead("GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        RefusedHead("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        RefusedHead("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        RefusedHead("GET / HTTP/1.1\r\nHost: a\r\n\rx", .bareCarriageReturn),
        RefusedHead([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00], .controlByte),
    ]

    static let fields: [RefusedHead] = [
        .host("X: y", .missingHost),
        .host("Host: a\r\nHost: a", .repeatedHost),
        .host("Host: a\r\nhost: b", .repeatedHost),
        .host("Host: a\r\nX: y\r\nHOST: b", .repeatedHost),
        .host("Host:", .malformedHost),
        .host("Host: ", .malformedHost),
        .host("Host: a b", .malformedHost),
        .host("Host: a, b", .malformedHost),
        .host("Host: a/b", .malformedHost),
        .host("Host: a?b", .malformedHost),
        .host("Host: a#b", .malformedHost),
        .host("Host: a@b", .malformedHost),
        .host("Host: a\\b", .malformedHost),
        .host("Host: http://a", .malformedHost),
        .host("Host: a:b", .malformedHost),
        .host("Host: a:80:80", .malformedHost),
        .host("Host: a:65536", .malformedHost),
        .host("Host: a:-1", .malformedHost),
        .host("Host: a:99999999999999999999", .malformedHost),
        .host("Host: :80", .malformedHost),
        .host("Host: a%2fb", .malformedHost),
        .host("Host: ä", .malformedHost),
        .host("Host: [::1", .malformedHost),
        .host("Host: [::1]x", .malformedHost),
        .host("Host: [::1%eth0]", .malformedHost),
        .host("Host: []", .malformedHost),
        .host("Host: [a.b]", .malformedHost),
        .host("Host: ::1", .malformedHost),
        .host("Host : a", .spaceBeforeColon),
        .host(" Host: a", .foldedField),
        .host("Host: a\r\n b", .foldedField),
        .host("Host: a\r\n\tb", .foldedField),
        .host("Host: a\r\n ", .foldedField),
        .host("Host: a\r\n: b", .invalidFieldName),
        .host("Host: a\r\nb", .invalidFieldName),
        .host("Host: a\r\nb c: d", .invalidFieldName),
        .host("Host: a\r\nb/c: d", .invalidFieldName),
        .host("Host: a\r\n{b}: d", .invalidFieldName),
        .host("Host: a\r\nb@c: d", .invalidFieldName),
        .host("Host: a\r\nabcdefghijklmnopqrs(t: d", .invalidFieldName),
        .host("Host: a\r\nb: c\u{0}d", .controlByte),
        .host("Host: a\r\nb: c\u{8}d", .controlByte),
        .host("Host: a\r\nb: c\u{7F}d", .controlByte),
        .host("Host: a\r\nb: c\rd", .bareCarriageReturn),
        .host("Host: a\r\nb: c\r\rd: e", .bareCarriageReturn),
        .host("Host: a\r\nb: c\nd: e", .bareLineFeed),
        .host("Host: a\r\nConnection: a b", .invalidConnection),
        .host("Host: a\r\nConnection: close;q=1", .invalidConnection),
        .host("Host: a\r\nExpect: 200-ok", .unknownExpectation),
        .host("Host: a\r\nExpect:", .unknownExpectation),
        .host("Host: a\r\nExpect: 100-continue, x", .unknownExpectation),
        .host("Host: a\r\nExpect: 100-continue\r\nExpect: x", .unknownExpectation),
        RefusedHead(
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: -1\r\n\r\n", .invalidMaxForwards),
        RefusedHead(
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 1\r\nMax-Forwards: 1\r\n\r\n",
            .invalidMaxForwards),
        RefusedHead("GET http://b/ HTTP/1.1\r\nX: y\r\n\r\n", .missingHost),
        RefusedHead("GET http://b/ HTTP/1.1\r\nHost: a@b\r\n\r\n", .malformedHost),
        RefusedHead("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .repeatedHost),
    ]

    @Test(arguments: framing + lines + fields)
    func `a head that breaks a rule is refused whole and however it is split`(
        _ refused: RefusedHead
    ) {
        #expect(HeadFeed.request(refused.bytes) == .refused(refused.error))
        for split in 0..<refused.bytes.count {
            let answer = HeadFeed.requestInTwo(refused.bytes, at: split)
            #expect(HeadFeed.isRefused(answer, status: refused.error.status))
        }
        let answer = HeadFeed.requestByteByByte(refused.bytes)
        #expect(HeadFeed.isRefused(answer, status: refused.error.status))
    }

    @Test func `every reason to refuse has a status and a text`() {
        for error in RequestHeadError.allCases {
            #expect([400, 414, 417, 431, 501, 505].contains(error.status))
            #expect(error.details.utf8CodeUnitCount > 0)
        }
        for error in ResponseHeadError.allCases {
            #expect(error.details.utf8CodeUnitCount > 0)
        }
    }
}

extension HeadFeed {
    static func isRefused(_ answer: RequestParse, status: UInt16) -> Bool {
        guard case .refused(let error) = answer else { return false }
        return error.status == status
    }
}
