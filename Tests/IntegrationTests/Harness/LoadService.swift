import Glibc
import Synchronization

/// An upstream on a thread of its own that answers every GET after a while, and remembers how many
/// requests it had at once.
final class LoadService: Sendable {
    let port: UInt16
    private let state: State
    private let thread: pthread_t

    /// Shared with the thread, which keeps it alive until it ends.
    private final class State: Sendable {
        let most = Atomic<Int>(0)
        let served = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
        let descriptor: Int32
        let delayMilliseconds: Int64

        init(_ descriptor: Int32, _ delayMilliseconds: Int64) {
            self.descriptor = descriptor
            self.delayMilliseconds = delayMilliseconds
        }
    }

    private struct Visitor {
        let descriptor: Int32
        /// Requests heard and not answered, by when they are due.
        var due: [Int64] = []
        var tail: [UInt8] = []
        var isGone = false
    }

    init(delayMilliseconds: Int64) throws {
        let bound = Loopback.listen()
        port = bound.port
        state = State(bound.descriptor, delayMilliseconds)
        var made = pthread_t()
        let box = Unmanaged.passRetained(state)
        let answer = pthread_create(
            &made, nil,
            { raw in
                LoadService.serve(Unmanaged<State>.fromOpaque(raw!).takeRetainedValue())
                return nil
            }, box.toOpaque())
        guard answer == 0 else { throw Disappointment("a thread was refused") }
        thread = made
    }

    deinit {
        state.isOver.store(true, ordering: .relaxed)
        pthread_join(thread, nil)
    }

    var endpoint: String { "\"127.0.0.1:\(port)\"" }
    /// The most requests that were here at once.
    var most: Int { state.most.load(ordering: .relaxed) }
    var served: Int { state.served.load(ordering: .relaxed) }

    private static func serve(_ state: State) {
        var visitors: [Visitor] = []
        while !state.isOver.load(ordering: .relaxed) {
            var entries = [pollfd(fd: state.descriptor, events: Int16(POLLIN), revents: 0)]
            entries += visitors.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            let wait = visitors.contains { !$0.due.isEmpty } ? 1 : 20
            poll(&entries, nfds_t(entries.count), Int32(wait))
            for position in visitors.indices where entries[position + 1].revents != 0 {
                hear(&visitors[position], state)
            }
            let present = visitors.reduce(0) { $0 + $1.due.count }
            state.most.store(
                max(present, state.most.load(ordering: .relaxed)), ordering: .relaxed)
            let now = Clock.milliseconds
            for position in visitors.indices {
                answer(&visitors[position], now, state)
            }
            for visitor in visitors where visitor.isGone {
                close(visitor.descriptor)
            }
            visitors.removeAll(where: \.isGone)
            if entries[0].revents != 0 {
                let accepted = accept(state.descriptor, nil, nil)
                if accepted >= 0 {
                    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                    visitors.append(Visitor(descriptor: accepted))
                }
            }
        }
        visitors.forEach { close($0.descriptor) }
        close(state.descriptor)
    }

    private static func hear(_ visitor: inout Visitor, _ state: State) {
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = recv(visitor.descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        guard count > 0 else {
            visitor.isGone = count == 0 || errno != EAGAIN
            return
        }
        for byte in bytes[..<count] {
            visitor.tail.append(byte)
            if visitor.tail.suffix(4) == [13, 10, 13, 10] {
                visitor.tail = []
                visitor.due.append(Clock.milliseconds + state.delayMilliseconds)
            }
        }
    }

    private static func answer(_ visitor: inout Visitor, _ now: Int64, _ state: State) {
        while let due = visitor.due.first, due <= now, !visitor.isGone {
            visitor.due.removeFirst()
            let text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            let sent = send(visitor.descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
            visitor.isGone = sent < text.utf8.count
            state.served.add(1, ordering: .relaxed)
        }
    }
}

/// Many clients at once, in the test's own thread.
enum LoadClient {
    /// Sends requests on kept-alive connections, one at a time on each, until all are answered.
    /// A connection that the daemon said it would close is replaced.
    /// - Parameter between: called after every answer, with how many there were.
    /// - Returns: how often each status came; 0 stands for a connection lost without an answer.
    static func run(
        _ daemon: Daemon, connections: Int, requests: Int, between: (Int) throws -> Void = { _ in }
    ) throws -> [Int: Int] {
        let deadline = Clock.milliseconds + 3 * Patience.milliseconds
        var wires = try (0..<connections).map { _ in try daemon.connect() }
        var isAsking = [Bool](repeating: false, count: connections)
        var statuses: [Int: Int] = [:]
        var asked = 0
        var answered = 0
        while answered < requests {
            for index in wires.indices where !isAsking[index] && asked < requests {
                try wires[index].say("GET /\(asked) HTTP/1.1\r\nHost: a\r\n\r\n")
                isAsking[index] = true
                asked += 1
            }
            var entries = wires.map {
                pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
            }
            poll(&entries, nfds_t(entries.count), 100)
            for index in wires.indices where isAsking[index] && entries[index].revents != 0 {
                let answer = try? wires[index].hear()
                statuses[answer?.status ?? 0, default: 0] += 1
                answered += 1
                isAsking[index] = false
                if answer == nil || answer?["connection"] == "close" {
                    wires[index] = try daemon.connect()
                }
                try between(answered)
            }
            guard Clock.milliseconds < deadline else {
                throw Disappointment("\(answered) of \(requests) were answered: \(statuses)")
            }
        }
        return statuses
    }
}
