import PlimsollConfig
import PlimsollCore
import PlimsollIO
import Synchronization

/// What happens to the daemon, for its operator: one line an event on standard error,
/// `time level message key=value`. Not for requests, which have the access log, and not for data
/// loops, which must not wait for a terminal: they use ``LogQueue``.
///
/// Any thread may log; lines come out whole.
public final class OperatorLog: Sendable {
    public typealias Level = LogSettings.Level

    private struct State {
        var level: Level
    }

    private let state: Mutex<State>
    private let clock: @Sendable () -> WallTime
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - level: the least important level that is written.
    ///   - clock: what time stands before the line.
    ///   - write: takes a line with its end.
    public init(
        level: Level, clock: @escaping @Sendable () -> WallTime = { WallClock.now },
        write: @escaping @Sendable (String) -> Void = { StandardStream.error.write($0) }
    ) {
        state = Mutex(State(level: level))
        self.clock = clock
        self.write = write
    }

    /// The least important level that is written.
    public var level: Level {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    /// Writes a line.
    /// - Parameters:
    ///   - message: what happened, in words.
    ///   - fields: the particulars, in this order.
    public func log(
        _ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]
    ) {
        state.withLock { state in
            guard level >= state.level else { return }
            write(Self.line(clock(), level, message, fields))
        }
    }

    public func debug(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.debug, message, fields)
    }

    public func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.info, message, fields)
    }

    public func warning(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.warning, message, fields)
    }

    public func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.error, message, fields)
    }

    static func line(
        _ time: WallTime, _ level: Level, _ message: String, _ fields: KeyValuePairs<String, String>
    ) -> String {
        var line = String(unsafeUninitializedCapacity: WallTime.timestampBytes) { memory in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            time.writeTimestamp(into: &writer)
            return writer.count
        }
        line += " \(level) \(escaped(message))"
        for (key, value) in fields {
            line += " \(key)=\(quoted(value))"
        }
        return line + "\n"
    }

    /// A value that could be read in two ways stands in quotes.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x22 && $0 != 0x3D }
        guard !isPlain else { return value }
        return "\""
            + escaped(value).split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"") + "\""
    }

    /// Control characters become `?`: what a peer or a file says cannot begin a line of its own or
    /// move a terminal's cursor.
    private static func escaped(_ text: String) -> String {
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        guard !isClean else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}
