import PlimsollCore

/// What a loop sees of its own strain.
public struct StrainSignals: Sendable, BitwiseCopyable {
    /// How long news wait for the loop.
    public var lagNanoseconds: Int64
    /// Share of the loop's buffers that are taken, or of the process's memory, whichever is
    /// larger. 0 to 1.
    public var memoryShare: Double
    /// Share of connections taken, of the listener that is fullest. 0 to 1.
    public var connectionShare: Double

    public init(
        lagNanoseconds: Int64 = 0, memoryShare: Double = 0, connectionShare: Double = 0
    ) {
        self.lagNanoseconds = lagNanoseconds
        self.memoryShare = memoryShare
        self.connectionShare = connectionShare
    }
}

/// Decides which requests a loop refuses so that it can serve the others in time: the lowest class
/// first, and of the class at the margin only a share.
///
/// Strain is a pressure from 0 to 4. Each class has a unit of it: at 1.5 all background requests
/// are refused and half of the sheddable ones, at 4 all there are and new connections are left in
/// the kernel's queue. Lag moves the pressure up for as long as it is above its mark, the faster
/// the higher it is; it moves down by one class a second once the lag is clearly below, and stays
/// between the two. Memory and connections are what they are: they set the least pressure.
public struct SelfProtection: Sendable {
    private var settings: ProtectionSettings
    private var lagMark: Int64
    /// What the lag calls for, from 0 to 4.
    private var lagPressure = 0.0
    private var isLagRising = false
    /// What all signals call for, from 0 to 4.
    public private(set) var pressure = 0.0
    /// The signals of the last judgement.
    public private(set) var signals = StrainSignals()

    /// From where on everything is refused.
    public static var pressureMaximum: Double { 4 }
    /// Classes a second by which the pressure rises at the mark; twice as fast from twice the mark.
    private static var risePerSecond: Double { 5 }
    private static var fallPerSecond: Double { 1 }
    /// A loop that was stopped altogether for longer knows nothing about now.
    private static var riseSecondsMaximum: Double { 0.1 }
    /// Below this share of the mark the pressure falls; up to the mark it stays.
    private static var calmShare: Double { 0.7 }
    /// What full memory calls for: default requests are refused, critical ones tried.
    private static var memoryPressureMaximum: Double { 3 }
    /// What full listeners call for. Busy connections alone are no strain; who has something
    /// better to do than background work should find one.
    private static var connectionPressureMaximum: Double { 2 }

    public init(_ settings: ProtectionSettings) {
        self.settings = settings
        lagMark = settings.lag.wholeNanoseconds
    }

    /// Goes on with other settings. The pressure stays, unless it is off from now on.
    public mutating func adopt(_ settings: ProtectionSettings) {
        self.settings = settings
        lagMark = settings.lag.wholeNanoseconds
        if !settings.isEnforced {
            lagPressure = 0
            pressure = 0
        }
    }

    /// Takes in what a loop saw of itself over a stretch of time.
    public mutating func judge(_ signals: StrainSignals, over window: Int64) {
        self.signals = signals
        guard settings.isEnforced else { return }
        let seconds = Double(max(0, window)) / 1e9
        let load = Double(signals.lagNanoseconds) / Double(lagMark)
        isLagRising = load > 1
        if isLagRising {
            let step = Self.risePerSecond * min(seconds, Self.riseSecondsMaximum) * min(load, 2)
            lagPressure = min(Self.pressureMaximum, lagPressure + step)
        } else if load < Self.calmShare {
            lagPressure = max(0, lagPressure - Self.fallPerSecond * seconds)
        }
        let memory = Self.excess(signals.memoryShare, above: settings.memory)
        let connections = Self.excess(signals.connectionShare, above: settings.connections)
        pressure = max(
            lagPressure,
            max(
                memory * Self.memoryPressureMaximum,
                connections * Self.connectionPressureMaximum))
    }

    /// How far a share is on the way from its mark to all there is: 0 to 1.
    private static func excess(_ share: Double, above mark: Double) -> Double {
        if share <= mark { return share >= 1 ? 1 : 0 }
        return min(1, (share - mark) / (1 - mark))
    }

    /// Whether some requests are refused now.
    @inlinable @inline(__always)
    public var isStrained: Bool { pressure > 0 }

    /// Whether a request is refused.
    public func sheds(_ priority: Priority, _ random: inout RandomSource) -> Bool {
        let share = pressure - Self.rank(priority)
        guard share > 0 else { return false }
        return share >= 1 || random.unitInterval() < share
    }

    /// Whether not even refusing is enough, and connections are better not accepted.
    public var holdsConnections: Bool { lagPressure >= Self.pressureMaximum }

    /// Whether connections are what is short, so that who is refused should not keep one.
    public var wantsConnectionsBack: Bool {
        Self.excess(signals.connectionShare, above: settings.connections) > 0
    }

    /// When requests of a class will be let in again, should the strain end now; twice that while
    /// it still grows. At least 1 s.
    public func retryAfterNanoseconds(_ priority: Priority) -> Int64 {
        let share = max(0, pressure - Self.rank(priority))
        let seconds = share / Self.fallPerSecond * (isLagRising ? 2 : 1)
        return max(1_000_000_000, Int64(seconds * 1e9))
    }

    /// The pressure at which the first requests of a class are refused.
    private static func rank(_ priority: Priority) -> Double {
        Double(Priority.count - 1) - Double(priority.rawValue)
    }
}
