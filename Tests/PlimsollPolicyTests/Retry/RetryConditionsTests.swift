import PlimsollPolicy
import Testing

@Suite struct RetryConditionsTests {
    @Test func `the words of a configuration are understood`() throws {
        let conditions = try RetryConditions(words: ["connect-failure", "503", "400", "599"])
        #expect(conditions.connectFailure && !conditions.resetBeforeResponse)
        for status in UInt16(0)...1_000 {
            #expect(conditions.contains(status: status) == [400, 503, 599].contains(status))
        }
    }

    @Test(arguments: ["", "5xx", "399", "600", "0503", "+503", "70000", "reset"])
    func `other words are refused`(word: String) {
        #expect(throws: SettingsError.self) { try RetryConditions(words: [word]) }
    }

    @Test func `every status has a bit of its own`() {
        for status in RetryConditions.statusRange {
            var conditions = RetryConditions()
            conditions.insert(status: status)
            let listed = RetryConditions.statusRange.filter { conditions.contains(status: $0) }
            #expect(listed == [status])
        }
    }
}
