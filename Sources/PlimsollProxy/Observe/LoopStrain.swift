import PlimsollCore
import Synchronization

/// A loop's strain at one moment.
struct LoopStrain: Equatable, Sendable {
    /// From 0 to 4, see ``SelfProtection``.
    var pressure = 0.0
    /// How long news waited for the loop, lately.
    var lagNanoseconds: Int64 = 0
    /// Share of its buffers in use, 0 to 1.
    var bufferShare = 0.0
}

/// Where a loop writes its strain and other threads read it: a value each may be from another
/// moment, which is good enough for metrics.
final class StrainGauge: Sendable {
    private let pressure = Atomic<UInt64>(0)
    private let lag = Atomic<Int64>(0)
    private let buffers = Atomic<UInt64>(0)

    func store(_ strain: LoopStrain) {
        pressure.store(strain.pressure.bitPattern, ordering: .relaxed)
        lag.store(strain.lagNanoseconds, ordering: .relaxed)
        buffers.store(strain.bufferShare.bitPattern, ordering: .relaxed)
    }

    var value: LoopStrain {
        LoopStrain(
            pressure: Double(bitPattern: pressure.load(ordering: .relaxed)),
            lagNanoseconds: lag.load(ordering: .relaxed),
            bufferShare: Double(bitPattern: buffers.load(ordering: .relaxed)))
    }
}
