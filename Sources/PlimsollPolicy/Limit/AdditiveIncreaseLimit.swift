import PlimsollCore

/// Up by one while at least half of it is used, down by a tenth on a window with a drop; after
/// Netflix's `AIMDLimit` (concurrency-limits 0.5).
public struct AdditiveIncreaseLimit: Sendable {
    private var minimum: Double
    private var maximum: Double
    private var gate: WindowGate
    private var value: Double

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
        guard let window = gate.add(batch, at: now) else { return }
        if window.drops > 0 {
            value *= 0.9
        } else if window.isBinding || Double(inFlight) * 2 >= value {
            value += 1
        }
        value = max(minimum, min(maximum, Double(ceiling), value))
    }
}
