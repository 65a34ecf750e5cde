import PlimsollCore

/// What happened in a simulation: a hash of all of it, to compare two runs, and its last lines,
/// to read after a failure.
public struct Trace {
    /// Lines kept for ``lines``; 0 keeps none and costs nothing to speak of.
    public var linesMaximum = 0
    /// Changes with every event and its time.
    public private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Events so far.
    public private(set) var count = 0
    private var kept: [String] = []

    mutating func note(
        _ now: Instant, _ what: StaticString, _ descriptor: Int32, _ value: Int = 0
    ) {
        count += 1
        mix(UInt64(bitPattern: now.nanoseconds))
        mix(UInt64(what.utf8CodeUnitCount) << 32 | UInt64(what.utf8Start[0]))
        mix(UInt64(UInt32(bitPattern: descriptor)))
        mix(UInt64(bitPattern: Int64(value)))
        guard linesMaximum > 0 else { return }
        if kept.count >= 2 * linesMaximum {
            kept.removeFirst(kept.count - linesMaximum)
        }
        kept.append("\(now.nanoseconds) #\(descriptor) \(what) \(value)")
    }

    /// The latest lines, oldest first.
    public var lines: [String] { kept.suffix(linesMaximum) }

    private mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x100_0000_01B3
        hash ^= hash >> 29
    }
}
