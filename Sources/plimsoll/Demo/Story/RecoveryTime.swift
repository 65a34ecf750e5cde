import PlimsollCore

/// How long a service took to come back: until 95 % of the requests sent in the second that
/// follows were answered well.
enum RecoveryTime {
    static let share = 0.95
    static let windowNanoseconds: Int64 = 1_000_000_000

    /// - Parameters:
    ///   - entries: every request meant to be sent since `start`, in any order.
    ///   - end: until when they were sent.
    /// - Returns: nanoseconds from `start`; nil when it has not come back.
    static func measure(_ entries: [Journal.Entry], from start: Instant, to end: Instant) -> Int64?
    {
        let sorted = entries.sorted { $0.meantAt < $1.meantAt }
        for (position, first) in sorted.enumerated() {
            let until = first.meantAt.advanced(byNanoseconds: windowNanoseconds)
            guard until <= end else { return nil }
            let window = sorted[position...].prefix { $0.meantAt < until }
            let good = window.count { $0.isGood }
            guard first.isGood, Double(good) >= share * Double(window.count) else { continue }
            return max(0, first.meantAt.nanoseconds(since: start))
        }
        return nil
    }
}
