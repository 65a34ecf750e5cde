import PlimsollConfig
import PlimsollCore
import PlimsollIO

/// A listener that could not be opened.
struct ListenerError: Error, CustomStringConvertible {
    var name: String
    var address: String
    var cause: SystemError

    var description: String { "listener \(name) at \(address): \(cause)" }
}

/// What a configuration changes about the listeners. Its new sockets are open already, so that
/// putting it into force cannot fail; dropping it closes them.
struct ListenerChange {
    struct Place {
        var listener: OpenListener
        var isNew: Bool
    }

    /// One for each listener of the configuration, in its order.
    var places: [Place]
    /// Those that the configuration no longer has.
    var retired: [OpenListener]
}

/// The listeners that are open, on the control side.
struct ListenerSet {
    private(set) var listeners: [OpenListener] = []
    /// Sockets of the service manager that no listener has claimed.
    private var inherited: [InheritedSockets.Entry]
    private let loops: Int

    /// - Parameters:
    ///   - loops: how many loops accept, at least 1.
    ///   - inherited: what the service manager opened.
    init(loops: Int, inherited: [InheritedSockets.Entry]) {
        precondition(loops >= 1, "listeners need a loop")
        self.loops = loops
        self.inherited = inherited
    }

    /// Opens what is new; what is open stays as it is until ``commit(_:settings:log:)``.
    mutating func prepare(_ settings: [ListenerSettings]) throws(ListenerError) -> ListenerChange {
        var remaining = listeners
        var places: [ListenerChange.Place] = []
        for listener in settings {
            if let kept = remaining.firstIndex(where: { $0.serves(listener) }) {
                places.append(.init(listener: remaining.remove(at: kept), isNew: false))
            } else {
                places.append(.init(listener: try open(listener), isNew: true))
            }
        }
        return ListenerChange(places: places, retired: remaining)
    }

    /// Makes a change the state of affairs: kept sockets get their backlogs and bounds, and retired
    /// ones take no newcomers. The caller closes these once begun handshakes have had their time.
    mutating func commit(
        _ change: ListenerChange, settings: [ListenerSettings], log: OperatorLog
    ) {
        for (place, settings) in zip(change.places, settings) where !place.isNew {
            place.listener.shared.resize(connectionsMaximum: settings.connectionsMaximum)
            do {
                try place.listener.setBacklog(settings.backlog)
            } catch {
                log.warning(
                    "a listener's backlog stays as it was",
                    ["listener": settings.name, "reason": "\(error)"])
            }
        }
        listeners = change.places.map(\.listener)
        Self.refuseNewcomers(change.retired, log: log)
    }

    /// Lets listeners finish the handshakes that have begun and take no new ones.
    static func refuseNewcomers(_ listeners: [OpenListener], log: OperatorLog) {
        for listener in listeners {
            do {
                try listener.refuseNewcomers()
            } catch {
                // The listener still closes; a handshake that is just under way may be reset.
                log.debug(
                    "a listener closes without notice",
                    ["address": listener.boundAddress, "reason": "\(error)"])
            }
        }
    }

    /// Sockets of the service manager that no listener wants are closed, so that nobody waits in
    /// their queues for ever.
    mutating func closeUnclaimed(log: OperatorLog) {
        for entry in inherited {
            log.warning(
                "a socket of the service manager fits no listener",
                ["name": entry.name, "descriptor": "\(entry.descriptor)"])
            _ = FileDescriptor(owning: entry.descriptor)
        }
        inherited.removeAll()
    }

    private mutating func open(_ settings: ListenerSettings) throws(ListenerError) -> OpenListener {
        do throws(SystemError) {
            if let claimed = claim(settings) {
                return try OpenListener(
                    settings, loops: loops, inheriting: FileDescriptor(owning: claimed))
            }
            return try OpenListener(settings, loops: loops, inheriting: nil)
        } catch {
            throw ListenerError(
                name: settings.name, address: settings.address.text, cause: error)
        }
    }

    /// The inherited socket of the listener's name, or else of its address.
    private mutating func claim(_ settings: ListenerSettings) -> Int32? {
        let byName = inherited.firstIndex { $0.name == settings.name }
        let position = byName ?? inherited.firstIndex { Self.local($0) == settings.address.text }
        return position.map { inherited.remove(at: $0).descriptor }
    }

    private static func local(_ entry: InheritedSockets.Entry) -> String? {
        // Not a socket: then it cannot be at anybody's address, and is closed as unclaimed.
        try? SystemAddress(localOf: entry.descriptor).description
    }
}

extension OpenListener {
    /// Whether it goes on for these settings. Of listeners with a port of the kernel's choice the
    /// name decides, because their addresses are all the same.
    fileprivate func serves(_ settings: ListenerSettings) -> Bool {
        guard key == settings.address else { return false }
        guard case .socket(let address) = key, address.port == 0 else { return true }
        return name == settings.name
    }
}

extension ListenAddress {
    /// As the configuration spells it.
    var text: String {
        switch self {
        case .socket(let address): address.description
        case .unix(let path): "unix:\(path)"
        }
    }
}
