import PlimsollCore
import PlimsollIO
import PlimsollSimulation

/// The least proxy that uses a driver for everything: it copies bytes both ways. It stands in
/// for a worker where the simulation itself is under test.
final class RelayLoop {
    /// One direction of a pair: receive from `source`, send to `target`, one after the other.
    private final class Direction {
        let source: Int32
        let target: Int32
        var buffer = BufferIndex.none
        var sent = 0
        var count = 0
        var isOver = false
        var token = OperationToken(rawValue: 0)

        init(_ source: Int32, _ target: Int32) {
            self.source = source
            self.target = target
        }
    }

    private final class Pair {
        let client: Int32
        let upstream: Int32
        var directions: [Direction] = []
        var isBroken = false

        init(_ client: Int32, _ upstream: Int32) {
            self.client = client
            self.upstream = upstream
        }
    }

    private let driver: SimulatedDriver
    private let sockets: SimulatedSockets
    private let buffers: BufferPool
    private let target: UnsafeMutableRawBufferPointer
    private var operations = OperationQueue()
    private var completions = CompletionQueue()
    private var handlers: [UInt64: (Completion) -> Void] = [:]
    private var nextToken: UInt64 = 1
    private(set) var pairCount = 0

    init(driver: SimulatedDriver, listener: Int32, target address: SimulatedAddress) {
        self.driver = driver
        buffers = driver.buffers
        sockets = SimulatedSockets(network: driver.network)
        target = .allocate(byteCount: address.kernelForm.count, alignment: 8)
        target.copyBytes(from: address.kernelForm)
        operations.append(.accept(listener, token { [unowned self] in accepted($0) }))
    }

    deinit {
        target.deallocate()
    }

    func turn() {
        _ = driver.turn(performing: &operations, until: .distantFuture, completions: &completions)
        for index in 0..<completions.count {
            let completion = completions[index]
            let handler = handlers[completion.token.rawValue]!
            if !completion.hasMore { handlers[completion.token.rawValue] = nil }
            handler(completion)
        }
        completions.removeAll()
    }

    private func token(_ handler: @escaping (Completion) -> Void) -> OperationToken {
        defer { nextToken += 1 }
        handlers[nextToken] = handler
        return OperationToken(rawValue: nextToken)
    }

    private func accepted(_ completion: Completion) {
        guard completion.result >= 0 else { return }
        let pair = Pair(completion.result, sockets.makeSocket(.internet4))
        pairCount += 1
        operations.append(
            .connect(
                pair.upstream, to: target.baseAddress!, count: target.count,
                token { [unowned self] in connected(pair, $0.result) }))
    }

    private func connected(_ pair: Pair, _ result: Int32) {
        guard result == 0 else {
            pairCount -= 1
            operations.append(.reset(pair.client))
            operations.append(.close(pair.upstream))
            return
        }
        pair.directions = [
            Direction(pair.client, pair.upstream), Direction(pair.upstream, pair.client),
        ]
        for direction in pair.directions { receive(direction, pair) }
    }

    private func receive(_ direction: Direction, _ pair: Pair) {
        direction.token = token { [unowned self] in received(direction, pair, $0) }
        operations.append(.receive(direction.source, direction.token))
    }

    private func received(_ direction: Direction, _ pair: Pair, _ completion: Completion) {
        guard completion.result > 0, !pair.isBroken else {
            if !completion.buffer.isNone { buffers.give(completion.buffer) }
            if completion.result == 0, !pair.isBroken {
                operations.append(.endSending(direction.target))
            }
            over(direction, pair, isBroken: completion.result != 0)
            return
        }
        direction.buffer = completion.buffer
        direction.sent = 0
        direction.count = Int(completion.result)
        send(direction, pair)
    }

    private func send(_ direction: Direction, _ pair: Pair) {
        direction.token = token { [unowned self] in sent(direction, pair, $0.result) }
        operations.append(
            .send(
                direction.target,
                UnsafeRawBufferPointer(
                    start: buffers.data(direction.buffer) + direction.sent,
                    count: direction.count - direction.sent),
                direction.token))
    }

    private func sent(_ direction: Direction, _ pair: Pair, _ result: Int32) {
        direction.sent += Int(max(0, result))
        if result >= 0, direction.sent < direction.count, !pair.isBroken {
            send(direction, pair)
            return
        }
        buffers.give(direction.buffer)
        if result < 0 || pair.isBroken {
            over(direction, pair, isBroken: true)
        } else {
            receive(direction, pair)
        }
    }

    private func over(_ direction: Direction, _ pair: Pair, isBroken: Bool) {
        direction.isOver = true
        if isBroken, !pair.isBroken {
            pair.isBroken = true
            // The other direction ends with what it is at; cancelling it wakes it up.
            for other in pair.directions where !other.isOver {
                operations.append(.cancel(other.token))
            }
        }
        guard pair.directions.allSatisfy(\.isOver) else { return }
        pairCount -= 1
        operations.append(pair.isBroken ? .reset(pair.client) : .close(pair.client))
        operations.append(pair.isBroken ? .reset(pair.upstream) : .close(pair.upstream))
    }
}
