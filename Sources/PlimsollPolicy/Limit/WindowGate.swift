import PlimsollCore

/// Gathers batches of samples into windows long enough to be judged, for the algorithms that
/// others published: at least ten answers or drops, and at least 100 ms or the configured minimum.
struct WindowGate: Sendable {
    private static var attemptsMinimum: Int { 10 }
    private static var nanosecondsMinimum: Int64 { 100_000_000 }

    private let shortest: Int64
    private let longest: Int64
    private var window = SampleWindow()

    init(settings: LimitSettings) {
        shortest = max(Self.nanosecondsMinimum, settings.windowMinimum.wholeNanoseconds)
        longest = max(shortest, settings.windowMaximum.wholeNanoseconds)
    }

    /// Takes in a batch.
    /// - Returns: the window that it completes.
    mutating func add(_ batch: borrowing SampleWindow, at now: Instant) -> SampleWindow? {
        window.merge(batch)
        let elapsed = now.nanoseconds(since: window.since)
        let attempts = window.samples + window.drops
        guard elapsed >= shortest, attempts >= Self.attemptsMinimum || elapsed >= longest else {
            return nil
        }
        let full = window
        window = SampleWindow()
        return full.samples + full.drops > 0 ? full : nil
    }
}
