import PlimsollCore
import PlimsollPolicy

/// An endpoint of the rehearsal: the model of it, and what the proxy asks it on the side.
struct RehearsedEndpoint {
    /// By its place in the configuration.
    let upstream: Int
    var model: CapacityModel
    let networkNanoseconds: Int64
    var hasUnlimitedSlots: Bool
    var health: RehearsedHealth?
}

/// The active checks of one endpoint.
struct RehearsedHealth {
    var tracker: HealthTracker
    let schedule: ProbeSchedule
    let timeoutNanoseconds: Int64
    /// When it was asked last.
    var askedAt = Instant(nanoseconds: 0)
}

/// What the requests of one upstream have in common at the proxy.
struct UpstreamTimes {
    var queueNanoseconds: Int64
    var responseNanoseconds: Int64
}

/// Something that goes wrong at some time, or is well again.
struct RehearsedFault {
    var at: Instant
    var endpoint: Int
    var change: CapacityChange
}
