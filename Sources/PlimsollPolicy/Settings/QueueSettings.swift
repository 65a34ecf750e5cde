/// In which order tickets are served, and which are sent away before their time.
public enum QueueDiscipline: String, CaseIterable, Sendable {
    /// Oldest first. Nothing is refused but by the count, nothing dropped but by the clock.
    case fifo
    /// Newest first.
    case lifo
    /// Oldest first; what has waited too long is dropped while no wait of an interval was short
    /// (Nichols and Jacobson, "Controlling Queue Delay", 2012, as adapted for servers by Facebook:
    /// drop beyond twice the target).
    case controlledDelay = "controlled-delay"
    /// A burst may wait, a standing queue may not: once the expected wait shows that more comes
    /// than goes, arrivals that would wait longer than the target are refused at once.
    case adaptive
}

/// How the queue of an upstream is run. Its bound and the longest wait are the bulkhead's.
public struct QueueSettings: Equatable, Sendable {
    public let discipline: QueueDiscipline
    /// A wait that costs nobody anything: while the upstream is overloaded, arrivals that expect
    /// more are refused. Nil: six tenths of the upstream's own latency, at least 5 ms. 1 ms to a
    /// day.
    public let target: Duration?
    /// How long the queue must have been empty for an overload to be over; with controlled delay,
    /// how long no wait may have been short for one to begin. 1 ms to a day.
    public let interval: Duration

    /// - half a second: a limit that probes upward empties the queue for some 100 ms in the middle
    ///   of an overload, and taking that for its end costs a second of long waits.
    public static let standard = QueueSettings()

    /// For an upstream whose limit adapts.
    public static let adaptive = QueueSettings(standard: .adaptive)

    private init(standard discipline: QueueDiscipline = .fifo) {
        self.discipline = discipline
        target = nil
        interval = .milliseconds(500)
    }

    /// - Throws: ``SettingsError`` naming the first rule broken.
    public init(
        discipline: QueueDiscipline = standard.discipline, target: Duration? = nil,
        interval: Duration = standard.interval
    ) throws(SettingsError) {
        if let target { try SettingsCheck.wait(target, key: "target") }
        try SettingsCheck.wait(interval, key: "interval")
        self.discipline = discipline
        self.target = target
        self.interval = interval
    }
}
