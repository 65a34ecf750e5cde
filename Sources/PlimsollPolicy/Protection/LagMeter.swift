import PlimsollCore

/// How long what happens has to wait for its loop: the mean over all moments of a stretch of
/// time, a moment within a busy stretch counting as all of that stretch.
///
/// So a loop that is busy for 60 ms on end lags by 60 ms, one that is so once in a second by 4,
/// and one that sleeps by nothing. A mean over turns would let one long turn hide behind a
/// thousand short ones.
public struct LagMeter: Sendable {
    /// Sum of the squares of busy stretches, in square microseconds.
    private var squares = 0.0
    private var startedAt: Instant
    private var endsAt: Instant

    /// Long enough for several turns of a loop that lags, short enough to act within one second.
    public static var windowNanoseconds: Int64 { 50_000_000 }

    public init(at now: Instant) {
        startedAt = now
        endsAt = now.advanced(byNanoseconds: Self.windowNanoseconds)
    }

    /// A stretch in which nothing new was looked at has ended.
    /// - Returns: whether a window is over: then ``takeLag(at:)``.
    @inlinable @inline(__always)
    public mutating func note(busyNanoseconds: Int64, at now: Instant) -> Bool {
        add(busyNanoseconds)
        return isOver(now)
    }

    @inline(__always) @usableFromInline
    mutating func add(_ busyNanoseconds: Int64) {
        let microseconds = Double(busyNanoseconds) * 1e-3
        squares += microseconds * microseconds
    }

    @inline(__always) @usableFromInline
    func isOver(_ now: Instant) -> Bool { now >= endsAt }

    /// The lag of the window, and how long it was; begins the next.
    public mutating func takeLag(at now: Instant) -> (lag: Int64, window: Int64) {
        let window = max(1, now.nanoseconds(since: startedAt))
        // Never longer than the window: one stretch may have begun before it.
        let lag = min(squares / (Double(window) * 1e-3) * 1e3, Double(window))
        squares = 0
        startedAt = now
        endsAt = now.advanced(byNanoseconds: Self.windowNanoseconds)
        return (Int64(lag), window)
    }
}
