import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// What the admin server does on request: hold breakers, reload, drain.
///
/// Only where it listens on loopback or at a local socket, whose file has its own rights: whoever
/// gets in could stop the traffic.
struct AdminControl {
    struct Reply: Equatable {
        var status: UInt16
        var body: String
    }

    let server: ServerState

    func perform(_ request: ControlRequest, at now: Instant) -> Reply {
        if let refusal = refusal(of: request) { return Reply(status: 403, body: refusal + "\n") }
        switch request.path {
        case "/control/breaker": return holdBreaker(request, at: now)
        case "/control/reload":
            server.commands.post(.reload)
            return Reply(status: 202, body: "reloading; the log says what came of it\n")
        case "/control/drain":
            server.commands.post(.terminate)
            return Reply(status: 202, body: "draining\n")
        default:
            return Reply(
                status: 404,
                body: "there is /control/breaker, /control/reload and /control/drain\n")
        }
    }

    private func refusal(of request: ControlRequest) -> String? {
        switch server.snapshot.configuration.admin.listen {
        case .unix: break
        case .socket(let address) where address.isLoopback: break
        case .socket, nil:
            return "nothing is changed from here: admin.listen is neither a loopback address nor "
                + "a local socket"
        }
        if request.hasOrigin { return "nothing is changed from a browser" }
        guard request.isMarked else { return "send the field X-Plimsoll-Control: 1" }
        guard request.isHostSafe else { return "Host must be an address or localhost" }
        return nil
    }

    private func holdBreaker(_ request: ControlRequest, at now: Instant) -> Reply {
        guard let word = request.parameter("hold"), let hold = BreakerHold(rawValue: word) else {
            return Reply(status: 400, body: "hold must be open, closed or auto\n")
        }
        guard let name = request.parameter("upstream") else {
            return Reply(status: 400, body: "upstream is missing\n")
        }
        let upstreams = server.snapshot.plan.upstreams
        guard let upstream = upstreams.first(where: { $0.shared.name == name }) else {
            let known = upstreams.map(\.shared.name).joined(separator: ", ")
            return Reply(status: 404, body: "no upstream has that name; there is \(known)\n")
        }
        guard let address = request.parameter("endpoint") else {
            upstream.shared.hold(hold, at: now)
            server.log.warning(
                "an operator holds a breaker", ["upstream": name, "hold": hold.rawValue])
            return Reply(status: 200, body: "\(name): \(hold.rawValue)\n")
        }
        guard
            let endpoint = upstream.endpoints.first(where: { $0.shared.address == address })
        else {
            let known = upstream.endpoints.map(\.shared.address).joined(separator: ", ")
            return Reply(status: 404, body: "no endpoint has that address; there is \(known)\n")
        }
        endpoint.shared.hold(hold, at: now)
        server.log.warning(
            "an operator holds a breaker",
            ["upstream": name, "endpoint": address, "hold": hold.rawValue])
        return Reply(status: 200, body: "\(name) \(address): \(hold.rawValue)\n")
    }
}
