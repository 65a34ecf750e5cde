import PlimsollCore

/// TCP Vegas on requests: the shortest mean latency seen is that of an empty queue, what comes on
/// top is queue, and the limit keeps that queue short. After Netflix's `VegasLimit`
/// (concurrency-limits 0.5), with its probes: every 30 limits' worth of windows the shortest
/// latency is forgotten, which is why it drifts up under lasting overload.
public struct VegasLimit: Sendable {
    private static var windowsPerProbe: Int { 600 }

    private var minimum: Double
    private var maximum: Double
    private var gate: WindowGate
    private var value: Double
    private var windows = 0
    /// The shortest mean latency of a window, in nanoseconds; 0 while unknown.
    private(set) var shortestNanoseconds = 0.0

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
        windows += 1
        let latency = window.latencies.mean
        let step = max(1, NaturalLogarithm.of(value) / NaturalLogarithm.of(10))
        if window.drops > 0 {
            value -= step
        } else if windows % Self.windowsPerProbe == 0 || shortestNanoseconds == 0
            || latency < shortestNanoseconds
        {
            shortestNanoseconds = latency
        } else if window.isBinding || Double(inFlight) * 2 >= value {
            let queue = (value * (1 - shortestNanoseconds / latency)).rounded(.up)
            if queue <= step {
                value += 6 * step
            } else if queue < 3 * step {
                value += step
            } else if queue > 6 * step {
                value -= step
            }
        }
        value = max(minimum, min(maximum, Double(ceiling), value))
    }
}
