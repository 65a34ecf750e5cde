import PlimsollCore

/// What clients saw, of each service: by the scene in which a request was sent, and lately.
struct Journal {
    /// A request to recommendations, for the measurement of its recovery.
    struct Entry {
        var meantAt: Instant
        var isGood: Bool
    }

    /// Which scene requests count under that are sent from now on.
    private(set) var scene = 0
    private var scenes: [[TrafficRecord]]
    private var recent: [RecentTraffic]
    private(set) var recovery: [Entry] = []
    /// For how long the machine stood still in all, in nanoseconds.
    private(set) var standstillNanoseconds: Int64 = 0
    private var isFollowingRecovery = false

    init(start: Instant) {
        scenes = [Self.blank]
        recent = DemoService.allCases.map { _ in RecentTraffic(start: start) }
    }

    private static var blank: [TrafficRecord] { DemoService.allCases.map { _ in TrafficRecord() } }

    /// Requests count under another scene from now on.
    /// - Returns: its number.
    mutating func beginScene() -> Int {
        scenes.append(Self.blank)
        scene = scenes.count - 1
        return scene
    }

    mutating func countStandstill(nanoseconds: Int64) {
        standstillNanoseconds += nanoseconds
    }

    /// Keeps how each request to recommendations ends that is meant to be sent from now on.
    mutating func followRecovery() {
        isFollowingRecovery = true
        recovery = []
    }

    mutating func countSent(_ service: DemoService, meantAt: Instant, at now: Instant) {
        let late = now.nanoseconds(since: meantAt)
        scenes[scene][service.rawValue].countSent(lateNanoseconds: late)
        recent[service.rawValue].countSent(lateNanoseconds: late, at: now)
    }

    mutating func count(
        _ service: DemoService, _ scene: Int, _ outcome: VisitOutcome, meantAt: Instant,
        at now: Instant
    ) {
        let latency = now.nanoseconds(since: meantAt)
        scenes[scene][service.rawValue].count(outcome, nanoseconds: latency)
        recent[service.rawValue].count(outcome, nanoseconds: latency, at: now)
        if isFollowingRecovery, service == .recommendations, scene == self.scene, outcome != .void {
            recovery.append(Entry(meantAt: meantAt, isGood: outcome == .good))
        }
    }

    func record(_ service: DemoService, scene: Int) -> TrafficRecord {
        scenes[scene][service.rawValue]
    }

    mutating func lastSecond(_ service: DemoService, at now: Instant) -> TrafficRecord {
        recent[service.rawValue].second(at: now)
    }
}
