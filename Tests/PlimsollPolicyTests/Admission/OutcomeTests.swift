import PlimsollPolicy
import Testing

@Suite struct OutcomeTests {
    @Test(
        arguments: [
            (200, true), (404, true), (429, true), (499, true), (500, false), (501, true),
            (502, false),
            (503, false), (505, true), (599, false), (600, true),
        ] as [(UInt16, Bool)])
    func `a server that answers works unless it says that it does not`(
        status: UInt16, isSuccess: Bool
    ) {
        let outcome = Outcome(status: status, nanoseconds: 5)
        #expect(outcome == (isSuccess ? .success(nanoseconds: 5) : .failure(.serverError)))
    }

    @Test func `only a stale connection says nothing about the upstream`() {
        for kind in FailureKind.allCases {
            let expected: Outcome = kind == .staleConnection ? .ignored : .failure(kind)
            #expect(Outcome(failure: kind) == expected)
        }
    }

    @Test func `answers made here have the statuses of the table`() {
        #expect(FailureKind.connectRefused.status == 502)
        #expect(FailureKind.connectTimeout.status == 504)
        #expect(FailureKind.resetBeforeResponse.status == 502)
        #expect(FailureKind.protocolError.status == 502)
        #expect(FailureKind.responseTimeout.status == 504)
        let others: [ShedReason: UInt16] = [.deadlineUnmeetable: 504, .rateLimited: 429]
        for reason in ShedReason.allCases {
            #expect(reason.status == others[reason] ?? 503)
            #expect(reason.hasRetryAfter == (reason != .deadlineUnmeetable))
        }
    }

    @Test func `labels are unique over refusals and failures, and raw values index tables`() {
        let labels =
            ShedReason.allCases.map { "\($0.label)" } + FailureKind.allCases.map { "\($0.label)" }
        #expect(Set(labels).count == labels.count)
        #expect(ShedReason.allCases.map { Int($0.rawValue) } == Array(ShedReason.allCases.indices))
        #expect(
            FailureKind.allCases.map { Int($0.rawValue) } == Array(FailureKind.allCases.indices))
    }
}
