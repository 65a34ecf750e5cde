import PlimsollCore
import PlimsollPolicy

/// The adaptive limit of one upstream, which loops share under the lock of its pool, and what it
/// has done so far.
struct AdaptiveLimit {
    /// For those who look on.
    struct Status: Equatable {
        var algorithm: LimitAlgorithm
        var limit: LimitSnapshot
        var raised: Int
        var lowered: Int
        var drops: Int
    }

    private var algorithm = LimitAlgorithm.standard
    /// nil: none is configured, or it is off.
    private var value: ConcurrencyLimit?
    private var raised = 0
    private var lowered = 0
    private var drops = 0

    var isEnforced: Bool { value != nil }

    /// What it allows; without a limit, everything.
    var limit: Int { value?.limit ?? .max }

    var snapshot: LimitSnapshot? { value?.snapshot() }

    var status: Status? {
        snapshot.map {
            Status(
                algorithm: algorithm, limit: $0, raised: raised, lowered: lowered, drops: drops)
        }
    }

    /// A reload's settings. What was found stays, unless the algorithm is another one.
    mutating func reconfigure(_ settings: LimitSettings?) {
        guard let settings, settings.isEnforced else {
            value = nil
            return
        }
        algorithm = settings.algorithm
        if value == nil {
            value = ConcurrencyLimit(settings: settings)
        } else {
            value?.reconfigure(settings)
        }
    }

    /// Takes in what one loop saw.
    mutating func record(
        _ window: borrowing SampleWindow, inFlight: Int, ceiling: Int, at now: Instant
    ) {
        let before = limit
        value?.record(window, inFlight: inFlight, ceiling: ceiling, at: now)
        drops += window.drops
        raised += limit > before ? 1 : 0
        lowered += limit < before ? 1 : 0
    }
}
