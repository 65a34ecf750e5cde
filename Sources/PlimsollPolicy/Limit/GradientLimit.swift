import PlimsollCore

/// Netflix's gradient2 (concurrency-limits 0.5): how a window's latency compares with a long
/// average of them. Drops are not looked at, so a window of nothing else changes nothing; and the
/// long average follows lasting overload up.
public struct GradientLimit: Sendable {
    private static var tolerance: Double { 1.5 }
    private static var smoothing: Double { 0.2 }
    private static var queue: Double { 4 }
    private static var longWindows: Double { 600 }

    private var minimum: Double
    private var maximum: Double
    private var gate: WindowGate
    private var value: Double
    private var windows = 0.0
    /// The long average, in nanoseconds; 0 while unknown.
    private(set) var longNanoseconds = 0.0

    public init(settings: LimitSettings) {
        minimum = Double(settings.minimum)
        maximum = Double(settings.maximum)
        gate = WindowGate(settings: settings)
        value = Double(settings.initial)
    }

    public var limit: Int { Int(value) }

    /// Other bounds; what it has found stays.
    mutating func reconfigure(_ settings: LimitSettings) {
        minimum = Double(settings.minimum)
        maximum = Double(settings.maximum)
        gate = WindowGate(settings: settings)
        value = max(minimum, min(maximum, value))
    }

    mutating func record(
        _ batch: borrowing SampleWindow, inFlight: Int, ceiling: Int, at now: Instant
    ) {
        guard let window = gate.add(batch, at: now), window.samples > 0 else { return }
        let latency = window.latencies.mean
        windows = min(Self.longWindows, windows + 1)
        // The first windows are averaged plainly, as the original's warm-up does.
        longNanoseconds +=
            (latency - longNanoseconds) * max(1 / windows, 2 / (Self.longWindows + 1))
        if longNanoseconds / latency > 2 { longNanoseconds *= 0.95 }
        guard window.isBinding || Double(inFlight) >= value / 2 else { return }
        let gradient = max(0.5, min(1, Self.tolerance * longNanoseconds / latency))
        let wanted = value * gradient + Self.queue
        value = value * (1 - Self.smoothing) + wanted * Self.smoothing
        value = max(minimum, min(maximum, Double(ceiling), value))
    }
}
