import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy
import PlimsollProxy

/// An access log of plimsoll's, read: what came when, and how long upstreams took.
///
/// What a log does not know must be told beside it: the slots of an upstream, its own queue, what
/// went wrong. The measured times hold whatever waiting there was inside the upstream.
public struct AccessLog: Sendable {
    struct Line: Sendable {
        /// Nanoseconds since 1970 at which the request's head had come.
        var beganAt: Int64
        var method: String
        var host: String
        var target: String
        var priority: String?
        var tenant: String?
        var upstream: String?
        var upstreamNanoseconds: Int64?
        var isAnswered: Bool
    }

    let lines: [Line]
    /// Lines that are none of plimsoll's access log.
    public let skippedCount: Int
    /// The first of them, from 1; 0: none.
    public let firstSkipped: Int

    /// Beyond it a log is cut off: it is held in memory.
    public static let linesMaximum = 5_000_000

    /// Reads JSON lines.
    /// - Throws: ``RehearsalError`` when not one line is of an access log.
    public init(_ bytes: [UInt8], file: String) throws(RehearsalError) {
        var lines: [Line] = []
        var skipped = 0
        var firstSkipped = 0
        var number = 0
        var start = 0
        while start < bytes.count && lines.count < Self.linesMaximum {
            number += 1
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            if let line = Self.line(bytes[start..<end]) {
                lines.append(line)
            } else if end > start {
                skipped += 1
                if firstSkipped == 0 { firstSkipped = number }
            }
            start = end + 1
        }
        guard !lines.isEmpty else {
            throw RehearsalError(
                description: "\(file) holds no line of an access log of plimsoll's")
        }
        // Lines are written when requests end; they came in another order.
        self.lines = lines.enumerated().sorted {
            ($0.element.beganAt, $0.offset) < ($1.element.beganAt, $1.offset)
        }.map(\.element)
        skippedCount = skipped
        self.firstSkipped = firstSkipped
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> Line? {
        guard let object = FlatJSON.object(bytes), let time = object["time"]?.text,
            let endedAt = Timestamp.nanoseconds(time), let seconds = object["seconds"]?.number,
            let method = object["method"]?.text, let target = object["target"]?.text
        else { return nil }
        let upstreamSeconds = object["upstream_seconds"]?.number
        let status = object["status"]?.number ?? 0
        return Line(
            beganAt: endedAt - Int64(seconds * 1e9), method: method == "OTHER" ? "GET" : method,
            host: object["host"]?.text ?? "", target: target, priority: object["priority"]?.text,
            tenant: object["tenant"]?.text, upstream: object["upstream"]?.text,
            upstreamNanoseconds: upstreamSeconds.map { Int64($0 * 1e9) },
            isAnswered: status >= 100 && status < 500 && object["reason"]?.text == "none")
    }

    /// From the first request to the last.
    public func durationNanoseconds(speed: Double) -> Int64 {
        guard let first = lines.first, let last = lines.last else { return 0 }
        return Int64(Double(last.beganAt - first.beganAt) / speed) + 1
    }

    /// How long an upstream took for the requests it answered.
    func serviceNanoseconds(of upstream: String) -> [Int64] {
        lines.compactMap { line in
            guard line.upstream == upstream, line.isAnswered else { return nil }
            return line.upstreamNanoseconds
        }
    }

    /// The requests as arrivals; each route that takes some, and each priority, is a kind.
    func arrivals(
        speed: Double, within duration: Int64, objective: Duration,
        _ resolver: inout RequestResolver, _ kinds: inout [TrafficKind]
    ) -> [LoggedArrival] {
        guard let first = lines.first else { return [] }
        var places: [String: Int32] = [:]
        var arrivals: [LoggedArrival] = []
        for line in lines {
            let at = Int64(Double(line.beganAt - first.beganAt) / speed)
            guard at < duration else { break }
            let method = Array(line.method.utf8)
            let route = resolver.route(
                method: line.method, host: line.host.isEmpty ? "localhost" : line.host,
                target: line.target)
            let isIdempotent = Method(method.span).isIdempotent
            let name = route?.name ?? "(no route)"
            let key = "\(name) \(isIdempotent) \(line.priority ?? "") \(line.tenant ?? "")"
            if places[key] == nil {
                places[key] = Int32(kinds.count)
                var kind = RequestResolver.kind(
                    name: line.priority.map { "\(name) \($0)" } ?? name, route: route,
                    isIdempotent: isIdempotent,
                    priority: RequestResolver.priority(line.priority) ?? resolver.priority)
                kind.tenant = line.tenant.map { TrafficKind.tenant($0, 0) } ?? 0
                kind.objectiveNanoseconds = objective.wholeNanoseconds
                // A log does not say how long clients would have waited.
                kind.clientTimeoutNanoseconds = .max
                kinds.append(kind)
            }
            arrivals.append(
                LoggedArrival(at: Instant(nanoseconds: at), kind: places[key] ?? 0))
        }
        return arrivals
    }
}
