import PlimsollIO
import PlimsollPolicy

/// `plimsoll ctl`: tells a running plimsoll what to do, through its admin server.
enum ControlCommand {
    /// What it is told.
    enum Order: Equatable {
        case breaker(BreakerHold, upstream: String, endpoint: String?)
        case reload
        case drain

        /// Path and query.
        var target: String {
            switch self {
            case .breaker(let hold, let upstream, let endpoint):
                let place = endpoint.map { "&endpoint=\(ControlCommand.escaped($0))" } ?? ""
                return "/control/breaker?hold=\(hold.rawValue)"
                    + "&upstream=\(ControlCommand.escaped(upstream))\(place)"
            case .reload: return "/control/reload"
            case .drain: return "/control/drain"
            }
        }
    }

    static func perform(_ order: Order, at admin: AdminAddress) -> ExitCode {
        do {
            let answer = try admin.ask("POST", order.target)
            guard (200..<300).contains(answer.status) else {
                StandardStream.error.write("plimsoll: \(answer.body)")
                return .softwareFailure
            }
            StandardStream.output.write(answer.body)
            return .success
        } catch {
            StandardStream.error.write(
                "plimsoll: the admin server at \(admin.text) does not answer: \(error)\n")
            return .unavailable
        }
    }

    /// The words after `ctl`, without options; nil when they make no order.
    static func order(_ words: [String]) -> Order? {
        switch words.first {
        case "reload" where words.count == 1: return .reload
        case "drain" where words.count == 1: return .drain
        case "breaker" where words.count == 3 || words.count == 4:
            let holds: [String: BreakerHold] = ["open": .open, "close": .closed, "auto": .auto]
            guard let hold = holds[words[1]] else { return nil }
            return .breaker(
                hold, upstream: words[2], endpoint: words.count == 4 ? words[3] : nil)
        default: return nil
        }
    }

    static let usage =
        "ctl takes `breaker open|close|auto UPSTREAM [ENDPOINT]`, `reload` or `drain`"

    /// With everything that is not a letter, a digit or one of `-._:` escaped.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            let isPlain =
                (byte >= 0x30 && byte <= 0x3A) || (byte >= 0x41 && byte <= 0x5A)
                || (byte >= 0x61 && byte <= 0x7A) || [0x2D, 0x2E, 0x5F].contains(byte)
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
