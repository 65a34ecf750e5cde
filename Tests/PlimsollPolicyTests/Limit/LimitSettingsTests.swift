import Testing

@testable import PlimsollPolicy

@Suite struct LimitSettingsTests {
    @Test func `the standard is within its own rules`() throws {
        #expect(try LimitSettings() == LimitSettings.standard)
    }

    @Test func `bounds must be in order`() throws {
        _ = try LimitSettings(initial: 5, minimum: 5, maximum: 5)
        #expect(throws: SettingsError.self) { try LimitSettings(initial: 5, minimum: 0) }
        #expect(throws: SettingsError.self) { try LimitSettings(initial: 4, minimum: 5) }
        #expect(throws: SettingsError.self) {
            try LimitSettings(initial: 6, minimum: 5, maximum: 5)
        }
        #expect(throws: SettingsError.self) {
            try LimitSettings(initial: 5, minimum: 6, maximum: 5)
        }
        #expect(throws: SettingsError.self) { try LimitSettings(maximum: 1_000_001) }
    }

    @Test func `windows are neither instants nor ages`() throws {
        _ = try LimitSettings(windowMinimum: .milliseconds(1), windowMaximum: .milliseconds(1))
        #expect(throws: SettingsError.self) {
            try LimitSettings(windowMinimum: .microseconds(999))
        }
        #expect(throws: SettingsError.self) {
            try LimitSettings(windowMinimum: .milliseconds(10), windowMaximum: .milliseconds(9))
        }
        #expect(throws: SettingsError.self) { try LimitSettings(windowMaximum: .seconds(61)) }
    }
}
