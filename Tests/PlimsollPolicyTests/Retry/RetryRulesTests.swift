import PlimsollPolicy
import Testing

@Suite struct RetryRulesTests {
    private func failed(_ failure: FailureKind, status: UInt16? = nil) -> FailedAttempt {
        FailedAttempt(
            failure: failure, status: status, attempts: 1, isIdempotent: true, isReplayable: true,
            hasAnsweredClient: false)
    }

    @Test func `by default connections are tried again`() {
        let rules = RetryRules(settings: .standard)
        for failure in FailureKind.allCases {
            let expected: RetryVerdict =
                switch failure {
                case .connectRefused, .connectTimeout, .connectFailed, .resetBeforeResponse:
                    .withinBudget
                case .staleConnection: .onFreshConnection
                case .resetDuringResponse, .protocolError, .responseTimeout, .serverError: .refuse
                }
            #expect(rules.verdict(on: failed(failure)) == expected, "\(failure)")
        }
    }

    @Test func `an unsafe request is only repeated if it was never sent`() {
        let rules = RetryRules(settings: .standard)
        for failure in FailureKind.allCases {
            var attempt = failed(failure)
            attempt.isIdempotent = false
            #expect((rules.verdict(on: attempt) != .refuse) == failure.isBeforeSending)
        }
    }

    @Test func `nothing is repeated after an answer began or a body was lost`() throws {
        let rules = RetryRules(
            settings: try RetrySettings(conditions: RetryConditions(words: ["503"])))
        for failure in FailureKind.allCases {
            var answered = failed(failure, status: 503)
            answered.hasAnsweredClient = true
            var lost = failed(failure, status: 503)
            lost.isReplayable = false
            #expect(rules.verdict(on: answered) == .refuse && rules.verdict(on: lost) == .refuse)
        }
    }

    @Test func `by default answers of gateways are tried again, other answers are not`() {
        let rules = RetryRules(settings: .standard)
        for status in RetryConditions.statusRange {
            let expected = [502, 503, 504].contains(status) ? RetryVerdict.withinBudget : .refuse
            #expect(rules.verdict(on: failed(.serverError, status: status)) == expected)
        }
    }

    @Test func `with no attempts after the first nothing is tried again`() throws {
        let rules = RetryRules(settings: try RetrySettings(retries: 0))
        #expect(rules.verdict(on: failed(.connectRefused)) == .refuse)
        #expect(!rules.isListed(status: 503))
    }

    @Test(arguments: [429: true, 502: false, 500: false, 503: true, 504: true])
    func `some statuses say that the upstream has too much to do`(status: UInt16, isSign: Bool) {
        #expect(failed(.serverError, status: status).isOverloadSign == isSign)
    }

    @Test(arguments: [(1, RetryVerdict.withinBudget), (2, .withinBudget), (3, .refuse)])
    func `so many attempts may follow the first`(attempts: Int, verdict: RetryVerdict) throws {
        let rules = RetryRules(settings: try RetrySettings(retries: 2))
        var attempt = failed(.connectRefused)
        attempt.attempts = attempts
        #expect(rules.verdict(on: attempt) == verdict)
    }

    @Test func `a stale connection is no attempt, even with retries off or used up`() throws {
        for isEnforced in [true, false] {
            let rules = RetryRules(
                settings: try RetrySettings(retries: 0, isEnforced: isEnforced))
            #expect(rules.verdict(on: failed(.staleConnection)) == .onFreshConnection)
            #expect(rules.verdict(on: failed(.connectRefused)) == .refuse)
        }
    }

    @Test func `switched off nothing else is repeated`() throws {
        let rules = RetryRules(settings: try RetrySettings(isEnforced: false))
        for failure in FailureKind.allCases where failure != .staleConnection {
            #expect(rules.verdict(on: failed(failure)) == .refuse)
        }
        #expect(!rules.isListed(status: 503))
    }

    @Test func `listed statuses are repeated and their neighbours are not`() throws {
        let conditions = try RetryConditions(words: ["503", "429"])
        let rules = RetryRules(settings: try RetrySettings(conditions: conditions))
        #expect(rules.verdict(on: failed(.serverError, status: 503)) == .withinBudget)
        #expect(rules.verdict(on: failed(.serverError, status: 429)) == .withinBudget)
        #expect(rules.verdict(on: failed(.serverError, status: 502)) == .refuse)
        #expect(rules.verdict(on: failed(.connectRefused)) == .refuse, "it is not listed")
        #expect(rules.isListed(status: 503) && !rules.isListed(status: 504))
    }
}
