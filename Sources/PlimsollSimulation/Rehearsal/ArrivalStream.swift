import PlimsollConfig
import PlimsollCore

/// When the requests of one class come. A stream of chance of its own: the same arrivals whatever
/// the proxy does with them.
struct ArrivalStream {
    let kind: Int
    private let rates: [(at: Int64, perSecond: Double)]
    private let arrival: TrafficClass.Arrival
    private let burst: Int
    private let end: Int64
    private var random: RandomSource
    private var time = 0.0
    private var leftOfBurst = 0
    private var hasBegun = false

    init(kind: Int, _ settings: TrafficClass, durationNanoseconds: Int64, random: RandomSource) {
        self.kind = kind
        rates = settings.rates.map { ($0.at.wholeNanoseconds, $0.perSecond) }
        arrival = settings.arrival
        burst = settings.burst
        end = durationNanoseconds
        self.random = random
    }

    /// The next arrival; nil when the time is over.
    mutating func next() -> Instant? {
        if leftOfBurst > 0 {
            leftOfBurst -= 1
            return Instant(nanoseconds: Int64(time))
        }
        var need: Double
        switch arrival {
        case .poisson: need = -ElementaryFunctions.logarithm(1 - random.unitInterval())
        // The first one at the very beginning would make every class begin together.
        case .constant: need = hasBegun ? 1 : random.unitInterval()
        case .burst: need = hasBegun ? Double(burst) : random.unitInterval() * Double(burst)
        }
        hasBegun = true
        // `need` requests' worth of time passes, at whatever rates hold on the way.
        while time < Double(end) {
            let step = rates.lastIndex { Double($0.at) <= time } ?? 0
            let stepEnd = step + 1 < rates.count ? Double(rates[step + 1].at) : Double(end)
            let perNanosecond = rates.isEmpty ? 0 : rates[step].perSecond / 1e9
            let room = (stepEnd - time) * perNanosecond
            if perNanosecond > 0 && need <= room {
                time += need / perNanosecond
                guard time < Double(end) else { return nil }
                if arrival == .burst { leftOfBurst = burst - 1 }
                return Instant(nanoseconds: Int64(time))
            }
            need -= room
            time = stepEnd
        }
        return nil
    }
}
