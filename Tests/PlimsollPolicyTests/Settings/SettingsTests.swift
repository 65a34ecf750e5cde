import PlimsollPolicy
import Testing

/// What a set of settings says to a value: the broken rule's key, or nil if it is content.
private func refusal(_ make: () throws(SettingsError) -> Void) -> String? {
    do {
        try make()
        return nil
    } catch {
        return error.key
    }
}

@Suite struct SettingsTests {
    @Test func `the standards obey their own rules`() throws {
        #expect(try BulkheadSettings() == .standard)
        #expect(try BreakerSettings() == .standard)
        #expect(try RetrySettings() == .standard)
        #expect(try HealthSettings() == .standard)
        #expect(try OutlierSettings() == .standard)
        #expect(try TimeoutSettings() == .standard)
    }

    @Test(arguments: [(0, false), (1, true), (1_000_000, true), (1_000_001, false)])
    func `concurrency is 1 to a million`(value: Int, isAllowed: Bool) {
        let key = refusal { () throws(SettingsError) in
            _ = try BulkheadSettings(concurrency: value)
        }
        let endpointKey = refusal { () throws(SettingsError) in
            _ = try BulkheadSettings(perEndpoint: value)
        }
        #expect(key == (isAllowed ? nil : "concurrency"))
        #expect(endpointKey == (isAllowed ? nil : "per_endpoint"))
    }

    @Test(arguments: [(-1, false), (0, true), (1_000_000, true), (1_000_001, false)])
    func `a queue holds 0 to a million`(value: Int, isAllowed: Bool) {
        let key = refusal { () throws(SettingsError) in _ = try BulkheadSettings(queue: value) }
        #expect(key == (isAllowed ? nil : "queue"))
    }

    @Test(arguments: [
        (Duration.microseconds(999), false), (.milliseconds(1), true), (.seconds(86_400), true),
        (.seconds(86_400) + .nanoseconds(1), false),
    ])
    func `waits are a millisecond to a day`(value: Duration, isAllowed: Bool) {
        let queueTimeout = refusal { () throws(SettingsError) in
            _ = try BulkheadSettings(queueTimeout: value)
        }
        let connect = refusal { () throws(SettingsError) in
            _ = try TimeoutSettings(connect: value)
        }
        let response = refusal { () throws(SettingsError) in
            _ = try TimeoutSettings(response: value)
        }
        let idle = refusal { () throws(SettingsError) in _ = try TimeoutSettings(idle: value) }
        let slowCall = refusal { () throws(SettingsError) in
            _ = try BreakerSettings(slowCall: value)
        }
        let probeTimeout = refusal { () throws(SettingsError) in
            _ = try BreakerSettings(probeTimeout: value)
        }
        let health = refusal { () throws(SettingsError) in _ = try HealthSettings(timeout: value) }
        let keys = [queueTimeout, connect, response, idle, slowCall, probeTimeout, health]
        let all: [String?] = [
            "queue_timeout", "connect", "response", "idle", "slow_call", "probe_timeout", "timeout",
        ]
        #expect(keys == (isAllowed ? Array(repeating: nil, count: 7) : all))
    }

    @Test(
        arguments: [
            (0, false), (-0.1, false), (.leastNonzeroMagnitude, true), (1, true),
            (1.0.nextUp, false),
            (.nan, false), (.infinity, false),
        ] as [(Double, Bool)])
    func `breaker ratios are above 0 and at most 1`(value: Double, isAllowed: Bool) {
        let failure = refusal { () throws(SettingsError) in
            _ = try BreakerSettings(failureRatio: value)
        }
        let slow = refusal { () throws(SettingsError) in _ = try BreakerSettings(slowRatio: value) }
        #expect(failure == (isAllowed ? nil : "failure_ratio"))
        #expect(slow == (isAllowed ? nil : "slow_ratio"))
    }

    @Test(
        arguments: [
            (0, true), (1, true), ((-0.0).nextDown, false), (1.0.nextUp, false), (.nan, false),
        ] as [(Double, Bool)])
    func `shares are 0 to 1`(value: Double, isAllowed: Bool) {
        let budget = refusal { () throws(SettingsError) in
            _ = try RetrySettings(budgetRatio: value)
        }
        let share = refusal { () throws(SettingsError) in
            _ = try OutlierSettings(shareMaximum: value)
        }
        #expect(budget == (isAllowed ? nil : "budget_ratio"))
        #expect(share == (isAllowed ? nil : "share_maximum"))
    }

    @Test(arguments: [(0, false), (1, true), (32, true), (33, false)])
    func `probes are 1 to 32`(value: Int, isAllowed: Bool) {
        let key = refusal { () throws(SettingsError) in _ = try BreakerSettings(probes: value) }
        #expect(key == (isAllowed ? nil : "probes"))
    }

    @Test(arguments: [(-1, false), (0, true), (10, true), (11, false)])
    func `attempts after the first are 0 to 10`(value: Int, isAllowed: Bool) {
        let key = refusal { () throws(SettingsError) in _ = try RetrySettings(retries: value) }
        #expect(key == (isAllowed ? nil : "attempts"))
    }

    @Test(arguments: [
        (Duration.milliseconds(99), false), (.milliseconds(100), true), (.seconds(3_600), true),
        (.milliseconds(3_600_001), false),
    ])
    func `a breaker's window is 100 ms to an hour`(value: Duration, isAllowed: Bool) {
        let key = refusal { () throws(SettingsError) in _ = try BreakerSettings(window: value) }
        #expect(key == (isAllowed ? nil : "window"))
    }

    @Test func `a longest time is not shorter than the first`() {
        let breaker = refusal { () throws(SettingsError) in
            _ = try BreakerSettings(openFor: .seconds(2), openForMaximum: .seconds(1))
        }
        let equal = refusal { () throws(SettingsError) in
            _ = try BreakerSettings(openFor: .seconds(2), openForMaximum: .seconds(2))
        }
        let outlier = refusal { () throws(SettingsError) in
            _ = try OutlierSettings(ejection: .seconds(2), ejectionMaximum: .seconds(1))
        }
        #expect(breaker == "open_for_maximum" && equal == nil && outlier == "ejection_maximum")
    }

    @Test(arguments: [
        ("/", true), ("/healthz?deep=1", true), ("", false), ("healthz", false), ("/a b", false),
        ("/a\r\nX: y", false), ("/a#b", false), ("/ä", false),
        ("/" + String(repeating: "a", count: 1_023), true),
        ("/" + String(repeating: "a", count: 1_024), false),
    ])
    func `a health path is safe in a request line`(path: String, isAllowed: Bool) {
        let key = refusal { () throws(SettingsError) in _ = try HealthSettings(path: path) }
        #expect(key == (isAllowed ? nil : "path"))
    }

    @Test func `a refusal names key, value and rule`() {
        let error = SettingsError(key: "probes", value: "0", rule: "1 to 32")
        #expect(error.description == "probes is 0; it must be 1 to 32")
    }
}
