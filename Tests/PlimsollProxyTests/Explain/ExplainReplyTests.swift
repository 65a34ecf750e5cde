import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

/// What is told about decisions, as text and JSON.
@Suite struct ExplainReplyTests {
    private let server: TestServer
    private let now: Instant

    init() throws {
        server = try TestServer(upstreams: [("app", ["127.0.0.1:1"])])
        now = server.state.startedAt
    }

    private func decide(
        _ id: String, _ kind: Decision.Kind, _ reason: EndReason, ago milliseconds: Int64 = 0,
        _ change: (inout Decision) -> Void = { _ in }
    ) {
        let bytes = Array(id.utf8)
        guard let requestID = RequestID(received: bytes.span) else {
            preconditionFailure("not an id: \(id)")
        }
        var decision = Decision(
            requestID: requestID, kind: kind,
            reason: UInt8(reason.position), loop: WorkerIndex(rawValue: 0),
            at: now.advanced(byNanoseconds: -milliseconds * 1_000_000))
        decision.upstream = UpstreamIndex(rawValue: 0)
        decision.route = RouteIndex(rawValue: 0)
        decision.standing = UpstreamStanding(
            inFlight: 20, limit: 20, waiting: 40, places: 40, predictedWaitNanoseconds: 1_500_000)
        change(&decision)
        server.state.metrics[0].decisions.append(decision)
    }

    private func ask(_ path: String, _ query: String) -> ExplainRequest.Answer {
        ExplainRequest(path: path, query: query).answer(of: server.state, at: now)
    }

    @Test func `a refusal says what there was no room in, and when to come back`() throws {
        decide("abc", .shed, .shed(.queueFull)) { $0.retryAfterNanoseconds = 1_200_000_000 }
        let answer = ask("/explain", "?id=abc&format=text")
        #expect(answer.status == 200)
        #expect(
            answer.body.contains(
                "on route */\"quoted\"\\: Refused (queue-full): no permit of upstream app was free "
                    + "and its queue had no place: 20 of 20 in flight, 40 of 40 waiting. The client "
                    + "was told to come back in 2 s.\n"), "\(answer.body)")
    }

    @Test func `the same as JSON, with the values it was decided on`() throws {
        decide("abc", .shed, .shed(.breakerOpen)) {
            $0.standing.breaker = .open
            $0.standing.openNanoseconds = 2_500_000_000
        }
        let body = ask("/explain", "?id=abc").body
        for part in [
            "\"id\":\"abc\"", "\"decision\":\"shed\"", "\"reason\":\"breaker-open\"",
            "\"upstream\":\"app\"", "\"in_flight\":20", "\"limit\":20", "\"waiting\":40",
            "\"queue\":40", "\"predicted_wait_seconds\":0.0015", "\"breaker\":\"open\"",
            "\"breaker_open_seconds\":2.5", "\"priority\":\"default\"",
            "the breaker of upstream app was open for another 2.500 s.",
        ] {
            #expect(body.contains(part), "\(part) in \(body)")
        }
    }

    @Test func `a request's decisions come in the order of time`() throws {
        decide("abc", .retried, .failed(.connectRefused), ago: 5) { $0.attempts = 1 }
        decide("other", .shed, .shed(.noQueue), ago: 4)
        decide("abc", .queued, .none, ago: 9) { $0.waitedNanoseconds = 250_000_000 }
        let lines = ask("/explain", "?id=abc&format=text").body.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("Waited 250.000 ms for a permit of upstream app") == true)
        #expect(lines.last?.contains("Attempt 1 of upstream app failed (connect-refused)") == true)
    }

    @Test func `an id may be percent-encoded, and an unknown one is a 404`() throws {
        decide("a/b=c", .shed, .shed(.noQueue))
        #expect(ask("/explain", "?id=a%2Fb%3dc").status == 200)
        #expect(ask("/explain", "?id=a/b=c").status == 200)
        #expect(ask("/explain", "?id=a").status == 404)
        #expect(ask("/explain", "?id=a&format=text").body == "")
        #expect(ask("/explain", "?id=%").status == 404)
        #expect(ask("/explain", "").status == 400)
        #expect(ask("/explain", "?id=").status == 400)
    }

    @Test func `the latest decisions come first, as many as asked for`() throws {
        for number in 0..<5 {
            decide(
                "id\(number)", .shed, .shed(number % 2 == 0 ? .queueFull : .noQueue),
                ago: Int64(10 - number))
        }
        func ids(_ query: String) -> [String] {
            let parts = ask("/explain/recent", query).body.split(separator: "\"id\":\"")
            return parts.dropFirst().map { String($0.prefix { $0 != "\"" }) }
        }
        #expect(ids("") == ["id4", "id3", "id2", "id1", "id0"])
        #expect(ids("?limit=2") == ["id4", "id3"])
        #expect(ids("?reason=no-queue") == ["id3", "id1"])
        #expect(ids("?reason=shed&limit=1") == ["id4"])
        #expect(ids("?reason=queued") == [])
        for query in ["?limit=0", "?limit=1001", "?limit=x", "?limit=", "?reason=nonsense"] {
            #expect(ask("/explain/recent", query).status == 400, "\(query)")
        }
        #expect(ask("/explain/recent", "?limit=1000").status == 200)
    }

    @Test(arguments: ShedReason.allCases)
    func `every refusal has a sentence`(_ reason: ShedReason) throws {
        decide("abc", .shed, .shed(reason)) { $0.waitedNanoseconds = 1_234_000_000 }
        let text = ask("/explain", "?id=abc&format=text").body
        #expect(text.contains("Refused (\(reason.label)): "))
        #expect(text.hasSuffix(".\n"))
    }

    @Test func `a denied retry says what stood against it`() throws {
        for denial in RetryDenial.allCases {
            decide("\(denial)", .denied, .none) {
                $0.denial = denial
                $0.attempts = 1
            }
            let text = ask("/explain", "?id=\(denial)&format=text").body
            #expect(text.contains("another was not granted: "))
        }
    }

    @Test func `an upstream that is gone is said to be`() throws {
        decide("abc", .shed, .shed(.noQueue)) { $0.upstream = UpstreamIndex(rawValue: 9) }
        #expect(ask("/explain", "?id=abc").body.contains("\"(no longer configured)\""))
    }
}
