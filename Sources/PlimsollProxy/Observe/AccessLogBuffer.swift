import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// The access log of one loop: one JSON line an exchange, gathered in memory and handed to the
/// ``LogWriter`` when a chunk is full or a second old. Never waits: without room, lines are dropped
/// and counted.
public struct AccessLogBuffer: ~Copyable {
    /// Longest part of a target or host that is written; what was cut off shows as `…`.
    static var textBytesMaximum: Int { 2_048 }
    /// How long a line may wait for its chunk to fill.
    private static var flushNanoseconds: Int64 { 1_000_000_000 }

    private let writer: LogWriter?
    private let names: SeriesNames
    private let clock: @Sendable () -> WallTime
    private var chunk: LogChunk?
    /// Names by their numbers, ready to be written into a line.
    private var routes: [[UInt8]] = []
    private var upstreams: [[UInt8]] = []
    private var endpoints: [[UInt8]] = []
    /// The wall clock's reading when the loop's clock showed `zeroAt`, taken anew each second.
    private var zero = WallTime(seconds: 0, nanoseconds: 0)
    private var zeroAt = Instant(nanoseconds: .min)
    /// When what is buffered must go; distantFuture when nothing is.
    public private(set) var nextFlush: Instant = .distantFuture

    /// - Parameters:
    ///   - writer: nil turns the log off.
    ///   - names: what the routes' numbers mean.
    ///   - clock: the date, for the lines' time.
    public init(
        writer: LogWriter?, names: SeriesNames, clock: @escaping @Sendable () -> WallTime
    ) {
        self.writer = writer
        self.names = names
        self.clock = clock
    }

    /// A log that is off.
    public init() {
        self.init(writer: nil, names: SeriesNames()) { WallTime(seconds: 0, nanoseconds: 0) }
    }

    deinit {
        if let writer, let chunk {
            writer.countDropped(chunk.lines)
            writer.giveBack(chunk)
        }
    }

    /// Whether lines are wanted. Ask before gathering what ``append(_:target:host:peer:)`` takes.
    public var isEnabled: Bool { writer != nil }

    /// Whether ``flush(_:)`` should be called.
    @inline(__always)
    public func isDue(_ now: Instant) -> Bool { now >= nextFlush }

    /// Learns the names of a configuration that comes into force.
    mutating func adopt(_ plan: ProxyPlan) {
        guard isEnabled else { return }
        routes = names.all.map(Self.escaped)
        for upstream in plan.upstreams {
            Self.put(upstream.shared.name, at: Int(upstream.index.rawValue), into: &upstreams)
            for endpoint in upstream.endpoints {
                Self.put(
                    endpoint.shared.address, at: Int(endpoint.index.rawValue), into: &endpoints)
            }
        }
    }

    /// Writes the line of an exchange that has ended.
    /// - Parameters:
    ///   - target: as the client sent it; any bytes.
    ///   - host: the authority that the request was for; any bytes, or none.
    mutating func append(
        _ facts: borrowing ExchangeFacts, target: UnsafeRawBufferPointer,
        host: UnsafeRawBufferPointer, peer: SocketAddress
    ) {
        guard let writer else { return }
        readClock(facts.endedAt)
        if write(facts, target, host, peer) { return }
        renewChunk(writer)
        if !write(facts, target, host, peer) {
            writer.countDropped(1)
        }
    }

    /// Writes the line of a head that was refused before it became an exchange.
    mutating func append(_ refusal: HeadRefusal, peer: SocketAddress) {
        guard let writer else { return }
        readClock(refusal.refusedAt)
        if write(refusal, peer) { return }
        renewChunk(writer)
        if !write(refusal, peer) {
            writer.countDropped(1)
        }
    }

    /// Takes the date for the lines' time, once a second.
    private mutating func readClock(_ now: Instant) {
        guard
            now.nanoseconds &- zeroAt.nanoseconds >= Self.flushNanoseconds
                || zeroAt.nanoseconds == .min
        else { return }
        zero = clock()
        zeroAt = now
    }

    /// The chunk is full, or there was none: begins another.
    private mutating func renewChunk(_ writer: LogWriter) {
        if let full = chunk {
            chunk = nil
            nextFlush = .distantFuture
            writer.submit(full)
        }
        chunk = writer.takeChunk()
    }

    /// Hands over what is buffered.
    public mutating func flush(_ now: Instant) {
        nextFlush = .distantFuture
        guard let writer, let full = chunk, full.count > 0 else { return }
        chunk = nil
        writer.submit(full)
    }

    /// Writes a line behind the others of the chunk.
    /// - Returns: false when there is no chunk, or no room in it.
    private mutating func write(
        _ facts: borrowing ExchangeFacts, _ target: UnsafeRawBufferPointer,
        _ host: UnsafeRawBufferPointer, _ peer: SocketAddress
    ) -> Bool {
        guard let room else { return false }
        var line = ByteWriter(room)
        writeRequest(facts, target, host, peer, into: &line)
        writeCourse(facts, into: &line)
        return end(line, at: facts.endedAt)
    }

    private mutating func write(_ refusal: HeadRefusal, _ peer: SocketAddress) -> Bool {
        guard let room else { return false }
        var line = ByteWriter(room)
        writeStart(refusal.refusedAt, refusal.requestID, peer, into: &line)
        line.append("\",\"status\":")
        line.append(decimal: UInt64(refusal.status))
        line.append(",\"reason\":\"")
        line.append(refusal.fault.label)
        line.append("\",\"details\":\"")
        line.append(refusal.details)
        line.append("\",\"head_bytes\":")
        line.append(decimal: UInt64(max(0, refusal.headBytes)))
        line.append(",\"sent_bytes\":")
        line.append(decimal: UInt64(max(0, refusal.sentBytes)))
        return end(line, at: refusal.refusedAt)
    }

    /// What is left of the chunk; nil when there is none, or nothing.
    private var room: UnsafeMutableRawBufferPointer? {
        guard let start = chunk?.count, let memory = chunk?.memory, start < memory.count else {
            return nil
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[start...])
    }

    /// Ends a line and counts it.
    /// - Returns: false when it did not fit.
    private mutating func end(_ written: consuming ByteWriter, at now: Instant) -> Bool {
        var line = written
        line.append("}\n")
        guard !line.overflowed else { return false }
        chunk?.count += line.count
        chunk?.lines += 1
        if nextFlush == .distantFuture {
            nextFlush = now.advanced(byNanoseconds: Self.flushNanoseconds)
        }
        return true
    }

    /// What every line begins with.
    private func writeStart(
        _ time: Instant, _ requestID: RequestID, _ peer: SocketAddress,
        into line: inout ByteWriter
    ) {
        line.append("{\"time\":\"")
        wallTime(of: time).writeTimestamp(into: &line)
        line.append("\",\"id\":\"")
        requestID.write(into: &line)
        line.append("\",\"peer\":\"")
        peer.write(into: &line)
    }

    /// What was asked for, by whom.
    private func writeRequest(
        _ facts: borrowing ExchangeFacts, _ target: UnsafeRawBufferPointer,
        _ host: UnsafeRawBufferPointer, _ peer: SocketAddress, into line: inout ByteWriter
    ) {
        writeStart(facts.endedAt, facts.requestID, peer, into: &line)
        line.append("\",\"method\":\"")
        line.append(facts.method.logLabel)
        line.append("\",\"host\":\"")
        Self.append(bounded: host, to: &line)
        line.append("\",\"target\":\"")
        Self.append(bounded: target, to: &line)
        line.append("\",\"protocol\":\"HTTP/1.")
        line.append(decimal: UInt64(facts.minorVersion))
        line.append("\",\"status\":")
        line.append(decimal: UInt64(facts.status))
        line.append(",\"reason\":\"")
        line.append(facts.reason.label)
        if let scope = facts.breakerScope {
            line.append("\",\"scope\":\"")
            line.append(scope.label)
        }
        line.append("\"")
    }

    /// Where it went, and how long it took.
    private func writeCourse(_ facts: borrowing ExchangeFacts, into line: inout ByteWriter) {
        Self.append("route", routes, facts.route.rawValue, to: &line)
        Self.append("upstream", upstreams, facts.upstream.rawValue, to: &line)
        Self.append("endpoint", endpoints, facts.endpoint.rawValue, to: &line)
        if facts.priority != .standard {
            line.append(",\"priority\":\"")
            line.append(facts.priority.label)
            line.append("\"")
        }
        if facts.tenant != 0 {
            line.append(",\"tenant\":\"")
            line.append(decimal: UInt64(facts.tenant))
            line.append("\"")
        }
        line.append(",\"attempts\":")
        line.append(decimal: UInt64(facts.attempts))
        if facts.isHedged { line.append(",\"hedged\":true") }
        line.append(facts.isReused ? ",\"reused\":true" : ",\"reused\":false")
        line.append(",\"received_bytes\":")
        line.append(decimal: UInt64(max(0, facts.receivedBytes)))
        line.append(",\"sent_bytes\":")
        line.append(decimal: UInt64(max(0, facts.sentBytes)))
        line.append(",\"seconds\":")
        line.append(secondsFrom: facts.totalNanoseconds)
        if let nanoseconds = facts.queueNanoseconds {
            line.append(",\"queue_seconds\":")
            line.append(secondsFrom: nanoseconds)
        }
        if let nanoseconds = facts.upstreamNanoseconds {
            line.append(",\"upstream_seconds\":")
            line.append(secondsFrom: nanoseconds)
        }
    }

    private static func append(
        _ key: StaticString, _ names: [[UInt8]], _ index: UInt16, to line: inout ByteWriter
    ) {
        guard Int(index) < names.count else { return }
        line.append(",\"")
        line.append(key)
        line.append("\":\"")
        line.append(names[Int(index)])
        line.append("\"")
    }

    private static func append(bounded text: UnsafeRawBufferPointer, to line: inout ByteWriter) {
        guard text.count > textBytesMaximum else { return line.append(json: text) }
        line.append(json: UnsafeRawBufferPointer(rebasing: text[..<textBytesMaximum]))
        line.append("…")
    }

    private func wallTime(of instant: Instant) -> WallTime {
        let nanoseconds = Int64(zero.nanoseconds) + instant.nanoseconds(since: zeroAt)
        // Rounds towards the past, for an exchange that ended before the clock was read.
        let seconds =
            nanoseconds >= 0
            ? nanoseconds / 1_000_000_000 : (nanoseconds - 999_999_999) / 1_000_000_000
        return WallTime(
            seconds: zero.seconds + seconds,
            nanoseconds: Int32(nanoseconds - seconds * 1_000_000_000))
    }

    private static func put(_ name: String, at index: Int, into names: inout [[UInt8]]) {
        while names.count <= index { names.append([]) }
        names[index] = escaped(name)
    }

    private static func escaped(_ text: String) -> [UInt8] {
        // Six bytes is the longest escape of one.
        let room = text.utf8.count * 6 + 1
        return [UInt8](unsafeUninitializedCapacity: room) { memory, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            writer.append(json: text)
            count = writer.count
        }
    }
}

extension Method {
    /// The method in logs.
    fileprivate var logLabel: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .other: "OTHER"
        }
    }
}
