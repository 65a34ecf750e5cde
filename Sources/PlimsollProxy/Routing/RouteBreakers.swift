import PlimsollConfig
import PlimsollCore
import PlimsollPolicy

/// The breakers of all routes that have one, which outlive a reload: a route that stays goes on
/// with what its breaker knows, under new settings if they changed.
///
/// Confined to the control thread.
struct RouteBreakers {
    private var known: [String: BreakerBoard] = [:]
    private let workers: Int
    private var random: RandomSource
    private let bell: ControlBell

    /// - Parameters:
    ///   - workers: loops in all, at least 1.
    ///   - seed: of their jitter.
    init(workers: Int, seed: UInt64, bell: ControlBell) {
        self.workers = workers
        random = RandomSource(seed: seed)
        self.bell = bell
    }

    /// One for each route, nil for routes without.
    mutating func adopt(_ routes: [RouteSettings], at now: Instant) -> [BreakerBoard?] {
        var next: [String: BreakerBoard] = [:]
        var namesakes: [String: Int] = [:]
        let boards = routes.map { route -> BreakerBoard? in
            let name = Route.name(of: route)
            let number = namesakes[name, default: 0]
            namesakes[name] = number + 1
            guard let settings = route.breaker, settings.isEnforced, case .upstream = route.action
            else { return nil }
            let key = "\(name) \(number)"
            let board =
                known[key]
                ?? BreakerBoard(
                    settings: settings, workers: workers, seed: random.next(), bell: bell)
            board.reconfigure(settings, at: now)
            next[key] = board
            return board
        }
        known = next
        return boards
    }
}
