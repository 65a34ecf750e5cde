import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// An endpoint that is asked how it is, and the question under way, if any. At any time at most
/// one operation of it is outstanding.
struct HealthProbe: ~Copyable {
    enum Phase {
        case resting
        case connecting
        case sending
        case receiving
        /// Time was up and the outstanding operation was cancelled; the verdict is passed already.
        case closing
    }

    let upstream: SharedUpstream
    let endpoint: SharedEndpoint
    let address: ConnectAddress
    var settings: HealthSettings
    var schedule: ProbeSchedule
    var tracker: HealthTracker
    var counts = HealthCounts()
    var phase = Phase.resting
    /// When it is asked next; while it is asked, until when it must have answered.
    var dueAt: Instant
    var askedAt: Instant
    var descriptor: Int32 = -1
    var request: [UInt8] = []
    var requestSent = 0
    var input: [UInt8] = []
    var scanned = 0
    /// No longer in the configuration: goes when its last operation has completed.
    var isRetired = false

    init(
        upstream: SharedUpstream, endpoint: PlanEndpoint, settings: HealthSettings,
        dueAt: Instant, now: Instant
    ) {
        self.upstream = upstream
        self.endpoint = endpoint.shared
        address = endpoint.address
        self.settings = settings
        schedule = ProbeSchedule(settings: settings)
        tracker = HealthTracker(settings: settings)
        self.dueAt = dueAt
        askedAt = now
        makeRequest()
    }

    /// A reload's settings; the verdict and what led to it stay.
    mutating func reconfigure(_ settings: HealthSettings) {
        guard settings != self.settings else { return }
        self.settings = settings
        schedule = ProbeSchedule(settings: settings)
        tracker.reconfigure(settings)
        // The bytes of a question under way must not move under the kernel.
        if case .resting = phase { makeRequest() }
    }

    /// Writes the question anew. Only while none is under way.
    mutating func makeRequest() {
        guard let path = settings.path else {
            request = []
            return
        }
        let host = address.family == .local ? "localhost" : endpoint.address
        request = Array(
            ("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: plimsoll-health\r\n"
                + "Accept: */*\r\nConnection: close\r\n\r\n").utf8)
    }
}
