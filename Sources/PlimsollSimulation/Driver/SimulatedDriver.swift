import Glibc
import PlimsollCore
import PlimsollIO

/// A driver whose kernel is a ``SimulatedNetwork``: completion-shaped, seeded and suspicious.
///
/// It completes operations late, in any order, in small parts; a breach of the ``Driver``
/// contract by its user traps with a sentence. Memory of a send is checked to be unchanged until
/// the completion, and every received buffer is poisoned around its bytes.
public final class SimulatedDriver: Driver {
    /// Whether a turn with nothing to report waits (one driver alone) or returns, because a
    /// ``SimulatedWorld`` decides whose turn it is.
    public enum Waiting: Sendable {
        case untilSomethingHappens
        case never
    }

    /// How unkind it is.
    public struct Manners: Sendable {
        /// Nanoseconds from a result to its delivery, drawn each time.
        public var completionDelay: ClosedRange<Int64> = 0...30_000
        /// How likely a turn delivers only some of what is ready.
        public var partialTurns = 0.3
        /// How likely a cancellation takes a while, so that the operation may be faster.
        public var lateCancels = 0.5
        /// How likely an accept ends with `EMFILE`.
        public var acceptErrors = 0.0
        /// How likely a receive brings only some of what has arrived.
        public var partialReceives = 0.2
        /// Bytes poisoned before and after what was received.
        public var poisonBytes = 512

        public init() {}
    }

    static let poison: UInt8 = 0xDB

    public let name = "simulated"
    public let network: SimulatedNetwork
    public let buffers: BufferPool
    public let waiting: Waiting
    public var manners = Manners()
    /// Nanoseconds that pass in each turn, for turns that no world comes between.
    public var turnTime: Int64 = 0
    /// Nanoseconds that the loop takes over each completion: none, unless told otherwise.
    public var completionCost: Int64 = 0
    /// Completions that the last turn reported.
    private var reportedCount = 0
    public private(set) var busyNanoseconds: Int64 = 0
    let simulatedWake = SimulatedWake()
    var descriptors: [Int32: DescriptorState] = [:]
    var ready: [ReadyCompletion] = []
    /// What was asked for and not reported yet.
    var outstanding: [OperationToken: Submission] = [:]
    var submissionCount: UInt64 = 0
    /// Receives that found no free buffer, in order.
    var starved: [DescriptorState] = []
    /// When the loop wants to be back, as of its last turn.
    public private(set) var deadline = Instant(nanoseconds: 0)
    /// The last turn performed nothing and reported nothing, and nobody had woken the loop.
    public private(set) var isIdle = false

    public init(network: SimulatedNetwork, buffers: BufferPool, waiting: Waiting) {
        self.network = network
        self.buffers = buffers
        self.waiting = waiting
    }

    public var wake: any LoopWake { simulatedWake }

    /// Operations that have not been reported yet.
    public var outstandingCount: Int { outstanding.count }

    public func turn(
        performing operations: inout OperationQueue, until deadline: Instant,
        completions: inout CompletionQueue
    ) -> Instant {
        self.deadline = deadline
        let before = completions.count
        let performed = operations.count
        for index in 0..<operations.count {
            perform(operations[index])
        }
        operations.removeAll()
        busyNanoseconds = turnTime + completionCost * Int64(reportedCount)
        if busyNanoseconds > 0 {
            network.advance(to: network.now.advanced(byNanoseconds: busyNanoseconds))
        }
        feedStarved()
        // Whoever was woken reads messages after this turn, and may ask for more because of them.
        let wasWoken = simulatedWake.isPending
        switch waiting {
        case .never:
            _ = simulatedWake.take()
        case .untilSomethingHappens:
            wait(until: deadline)
        }
        deliver(into: &completions)
        reportedCount = completions.count - before
        isIdle =
            performed == 0 && completions.count == before && network.now < deadline && !wasWoken
        return network.now
    }

    /// Whether a turn now would have something to report.
    public var hasNews: Bool {
        simulatedWake.isPending || ready.contains { $0.time <= network.now }
            || (!starved.isEmpty && buffers.available > 0)
    }

    private func wait(until deadline: Instant) {
        while !ready.contains(where: { $0.time <= network.now }), !simulatedWake.take() {
            guard let next = network.nextEventTime, next <= deadline else {
                require(
                    deadline != .distantFuture, "the loop would wait for ever: nothing is under way"
                )
                network.advance(to: deadline)
                return
            }
            network.runNextEvent()
        }
    }

    // MARK: Delivering

    /// Notes a result; it is reported a little later.
    func complete(
        _ state: DescriptorState, _ token: OperationToken, _ result: Int32,
        buffer: BufferIndex = .none, hasMore: Bool = false, leavesMore: Bool = false,
        sent: SentMemory? = nil, kind: Operation.Kind
    ) {
        let delay = network.chance.within(manners.completionDelay)
        // The completions of one accept stay in order.
        let earlier = ready.last { $0.completion.token == token }?.time ?? network.now
        let time = max(network.now.advanced(byNanoseconds: delay), earlier)
        ready.append(
            ReadyCompletion(
                time: time, kind: kind, state: state,
                completion: Completion(
                    token: token, result: result, buffer: buffer, hasMore: hasMore,
                    leavesMore: leavesMore), sent: sent))
        // So that a waiting world wakes up for it.
        network.schedule(at: time) {}
    }

    private func deliver(into completions: inout CompletionQueue) {
        var due = ready.indices.filter { ready[$0].time <= network.now }
        guard !due.isEmpty else { return }
        var count = due.count
        if network.chance.happens(manners.partialTurns) {
            count = network.chance.within(1...count)
        }
        var delivered: [Int] = []
        while delivered.count < count {
            let drawn = due[network.chance.below(due.count)]
            // What one token reports stays in order; all else is as the dice fall.
            let token = ready[drawn].completion.token
            let position = due.firstIndex { ready[$0].completion.token == token }!
            delivered.append(due.remove(at: position))
        }
        for index in delivered {
            let item = ready[index]
            item.sent?.checkUnchanged()
            item.state.reported(item.kind, hasMore: item.completion.hasMore)
            if !item.completion.hasMore {
                outstanding[item.completion.token] = nil
            }
            network.trace.note(
                network.now, "reported", item.state.descriptor, Int(item.completion.result))
            completions.append(item.completion)
        }
        let gone = Set(delivered)
        ready = ready.indices.filter { !gone.contains($0) }.map { ready[$0] }
    }
}

/// One operation that is outstanding; a token may name another one later.
struct Submission {
    var state: DescriptorState
    var number: UInt64
}

/// A result that waits for its turn.
struct ReadyCompletion {
    var time: Instant
    var kind: Operation.Kind
    var state: DescriptorState
    var completion: Completion
    var sent: SentMemory?
}

/// What a send named, and how it looked then.
///
/// Unsafe pointers: the contract says that the memory stays valid and unchanged until the
/// completion; this checks it.
struct SentMemory {
    var first: UnsafeRawBufferPointer
    var second: UnsafeRawBufferPointer
    var checksum: UInt64

    init(_ operation: Operation) {
        first = UnsafeRawBufferPointer(start: operation.first, count: Int(operation.firstCount))
        second = UnsafeRawBufferPointer(start: operation.second, count: Int(operation.secondCount))
        checksum = Self.checksum(of: first) &* 31 &+ Self.checksum(of: second)
    }

    var count: Int { first.count + second.count }

    func checkUnchanged() {
        require(
            checksum == Self.checksum(of: first) &* 31 &+ Self.checksum(of: second),
            "memory was changed while a send of it was outstanding")
    }

    private static func checksum(of memory: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        var offset = 0
        while offset + 8 <= memory.count {
            let word = memory.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 32
            offset += 8
        }
        while offset < memory.count {
            sum = (sum ^ UInt64(memory[offset])) &* 0x100_0000_01B3
            offset += 1
        }
        return sum
    }
}
