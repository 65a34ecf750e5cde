import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

struct ErrorReplyTests {
    private let requestID = RequestID(received: Array("id-1".utf8).span)!
    private let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    private func text(_ reply: ErrorReply) -> String {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)
        defer { memory.deallocate() }
        var writer = ByteWriter(memory)
        reply.write(into: &writer, date: date.span)
        precondition(!writer.overflowed, "an error fits into 1 KiB")
        return String(decoding: memory[0..<writer.count], as: UTF8.self)
    }

    @Test func `a refusal says why and when to come back`() {
        var reply = ErrorReply(
            .queueFull, requestID: requestID, retryAfterNanoseconds: 1_000_000_001)
        reply.keepsAlive = true
        let body = "503 Service Unavailable: queue-full\nRequest id-1\n"
        #expect(
            text(reply)
                == [
                    "HTTP/1.1 503 Service Unavailable", "Date: Sun, 06 Nov 1994 08:49:37 GMT",
                    "X-Request-Id: id-1",
                    "Proxy-Status: plimsoll; error=connection_limit_reached; details=\"queue-full\"",
                    "Content-Type: text/plain; charset=utf-8", "Cache-Control: no-store",
                    "Retry-After: 2", "Content-Length: \(body.utf8.count)", "", body,
                ].joined(separator: "\r\n"))
    }

    @Test func `a client that accepts JSON gets JSON`() {
        var reply = ErrorReply(.breakerOpen, requestID: requestID, retryAfterNanoseconds: 0)
        reply.acceptsJSON = true
        let body = """
            {"status":503,"error":"destination_unavailable","reason":"breaker-open",\
            "request_id":"id-1","retry_after":1}

            """
        #expect(text(reply).hasSuffix("Content-Length: \(body.utf8.count)\r\n\r\n" + body))
        #expect(text(reply).contains("\r\nContent-Type: application/json\r\n"))
    }

    @Test func `an answer to HEAD has the length of a body and none`() {
        var head = RequestHead()
        head.method = .head
        head.minorVersion = 0
        var reply = ErrorReply(.connectTimeout, requestID: requestID)
        let whole = text(reply)
        reply.address(to: head, keepsAlive: true)
        let text = text(reply)
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(text.contains("\r\nConnection: keep-alive\r\n"))
        #expect(whole.contains("\r\nConnection: close\r\n"))
        let length =
            "Content-Length: \("504 Gateway Timeout: connect-timeout\nRequest id-1\n".count)"
        #expect(text.contains(length) && whole.contains(length))
        #expect(!text.contains("Retry-After"))
    }

    @Test func `Retry-After is rounded up to whole seconds`() {
        #expect(ErrorReply.wholeSeconds(.min) == 1)
        #expect(ErrorReply.wholeSeconds(0) == 1)
        #expect(ErrorReply.wholeSeconds(1_000_000_000) == 1)
        #expect(ErrorReply.wholeSeconds(1_000_000_001) == 2)
        #expect(ErrorReply.wholeSeconds(2_000_000_000) == 2)
        #expect(ErrorReply.wholeSeconds(.max) == 9_223_372_037)
    }

    @Test func `every reason has a valid answer of its own status`() {
        var replies = ShedReason.allCases.map {
            ErrorReply($0, requestID: requestID, retryAfterNanoseconds: 5)
        }
        replies += FailureKind.allCases.map { ErrorReply($0, requestID: requestID) }
        replies += [400, 404, 408, 413, 421, 500].map {
            ErrorReply(refused: $0, details: "reason", requestID: requestID)
        }
        for reply in replies {
            let bytes = Array(text(reply).utf8)
            var parser = HeadParser(fieldCountMaximum: 16)
            var scanned = 0
            guard
                case .complete(let head) = parser.parseResponse(
                    bytes.span, scanned: &scanned, method: .get, limits: HeadLimits())
            else {
                Issue.record("\(reply.details) does not parse")
                continue
            }
            #expect(head.status == reply.status && !head.reason.isEmpty)
            #expect(head.framing == .length(Int64(bytes.count - head.headBytes)))
            let hasProxyStatus = parser.fields.contains(.proxyStatus)
            let hasID = parser.fields.contains(.xRequestID)
            #expect(hasProxyStatus && hasID)
        }
    }
}
