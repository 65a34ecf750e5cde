import PlimsollCore
import PlimsollHTTP

@testable import PlimsollProxy

extension ExchangeFacts {
    /// A GET that upstream 0 answered with 200 in 3 ms, 2 of them its own.
    static func sample(
        status: UInt16 = 200, reason: EndReason = .none, startedAt: Int64 = 1_000_000_000
    ) -> ExchangeFacts {
        var random = RandomSource(seed: 1)
        var facts = ExchangeFacts(
            method: .get, status: status, reason: reason, minorVersion: 1, attempts: 1,
            route: RouteIndex(rawValue: 0), upstream: UpstreamIndex(rawValue: 0),
            endpoint: EndpointIndex(rawValue: 0), requestID: RequestID(&random),
            startedAt: Instant(nanoseconds: startedAt),
            endedAt: Instant(nanoseconds: startedAt + 3_000_000))
        facts.attemptAt = Instant(nanoseconds: startedAt + 500_000)
        facts.firstByteAt = Instant(nanoseconds: startedAt + 2_500_000)
        facts.receivedBytes = 10
        facts.sentBytes = 1_000
        return facts
    }
}
