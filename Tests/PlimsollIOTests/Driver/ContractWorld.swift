import Glibc
import PlimsollCore
import PlimsollIO
import Testing

/// A driver under test and the network it lives in. Every kind of driver has its own.
protocol ContractWorld: AnyObject {
    var driver: any Driver { get }
    var pool: BufferPool { get }

    /// A connection: `near` belongs to the driver, `far` to the test.
    func pair() -> (near: Int32, far: Int32)
    /// Writes at the far end all that the connection takes; returns how much that was.
    @discardableResult
    func write(_ far: Int32, _ bytes: [UInt8]) -> Int
    /// What has arrived at the far end: nil when nothing has, empty at the end of the stream.
    func read(_ far: Int32) -> [UInt8]?
    func endSending(_ far: Int32)
    func close(_ far: Int32)
}

/// Kernel sockets and one of the kernel's drivers.
final class KernelWorld: ContractWorld {
    let driver: any Driver
    let pool: BufferPool

    init(_ driver: any Driver, _ pool: BufferPool) {
        self.driver = driver
        self.pool = pool
    }

    func pair() -> (near: Int32, far: Int32) {
        ScratchSockets.internetPair()
    }

    func write(_ far: Int32, _ bytes: [UInt8]) -> Int {
        ScratchSockets.write(far, bytes)
    }

    func read(_ far: Int32) -> [UInt8]? {
        ScratchSockets.read(far)
    }

    func endSending(_ far: Int32) {
        ScratchSockets.endSending(far)
    }

    func close(_ far: Int32) {
        ScratchSockets.close(far)
    }
}

/// The drivers that the contract is held against.
enum ContractSubject: String, CaseIterable, CustomTestStringConvertible {
    case epoll
    case uring
    case simulated

    /// Those that use sockets of the kernel.
    static let kernel: [ContractSubject] = [.epoll, .uring]

    var testDescription: String { rawValue }

    func world(buffers: Int = 64) throws -> any ContractWorld {
        let pool = BufferPool(capacity: buffers)
        switch self {
        case .epoll:
            return KernelWorld(try EpollDriver(pool: pool), pool)
        case .uring:
            return KernelWorld(try UringDriver(pool: pool), pool)
        case .simulated:
            return SimulatedContractWorld(pool, seed: 1)
        }
    }
}

/// Plays the worker: writes operations down, takes turns, and keeps what completed.
struct ContractLoop: ~Copyable {
    let world: any ContractWorld
    var operations = OperationQueue()
    var completions = CompletionQueue()
    /// Completed and not yet asked for.
    var log: [Completion] = []

    /// How long anything may take before the test has failed.
    static var patienceNanoseconds: Int64 { 10_000_000_000 }

    init(_ subject: ContractSubject, buffers: Int = 64) throws {
        world = try subject.world(buffers: buffers)
    }

    var pool: BufferPool { world.pool }

    static func token(_ number: UInt32) -> OperationToken {
        OperationToken(kind: 1, handle: Handle(index: number, generation: 7))
    }

    /// One turn that waits this long at most.
    @discardableResult
    mutating func turn(forNanoseconds limit: Int64 = 0) -> Instant {
        let deadline = MonotonicClock.now.advanced(byNanoseconds: limit)
        return turn(until: deadline)
    }

    @discardableResult
    mutating func turn(until deadline: Instant) -> Instant {
        let now = world.driver.turn(
            performing: &operations, until: deadline, completions: &completions)
        for index in 0..<completions.count {
            log.append(completions[index])
        }
        completions.removeAll()
        return now
    }

    /// Turns that give everything that could happen by mistake the time to happen.
    mutating func settle() {
        for _ in 0..<4 {
            turn(forNanoseconds: 5_000_000)
        }
    }

    /// Takes turns until the operation named by `number` completes.
    /// - Parameter meanwhile: what the far end does between turns.
    mutating func completion(
        of number: UInt32, meanwhile: ((any ContractWorld) -> Void)? = nil
    ) throws -> Completion {
        let token = Self.token(number)
        let end = MonotonicClock.now.advanced(byNanoseconds: Self.patienceNanoseconds)
        while true {
            if let index = log.firstIndex(where: { $0.token == token }) {
                return log.remove(at: index)
            }
            meanwhile?(world)
            let now = meanwhile == nil ? turn(until: end) : turn(forNanoseconds: 1_000_000)
            try #require(now < end, "operation \(number) never completed")
        }
    }

    /// Asks for bytes and waits for them; the buffer goes back to the pool.
    mutating func received(_ descriptor: Int32, _ number: UInt32) throws -> [UInt8] {
        operations.append(.receive(descriptor, Self.token(number)))
        return bytes(of: try completion(of: number))
    }

    /// As many bytes, however many receives it takes.
    mutating func received(_ descriptor: Int32, _ number: UInt32, count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let piece = try received(descriptor, number)
            try #require(!piece.isEmpty, "the stream ended after \(bytes.count) bytes")
            bytes += piece
        }
        return bytes
    }

    /// The next completions, whichever they are.
    mutating func take(_ count: Int) throws -> [Completion] {
        let end = MonotonicClock.now.advanced(byNanoseconds: Self.patienceNanoseconds)
        while log.count < count {
            let now = turn(until: end)
            try #require(now < end, "\(log.count) of \(count) operations completed")
        }
        let taken = Array(log.prefix(count))
        log.removeFirst(count)
        return taken
    }

    /// What the far end receives, taking turns meanwhile.
    mutating func arrived(_ far: Int32, count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let end = MonotonicClock.now.advanced(byNanoseconds: Self.patienceNanoseconds)
        while bytes.count < count {
            bytes += world.read(far) ?? []
            if bytes.count < count {
                let now = turn(forNanoseconds: 200_000)
                try #require(now < end, "\(bytes.count) of \(count) bytes arrived")
            }
        }
        return bytes
    }

    /// Whether the far end comes to see the end of the stream.
    mutating func arrivedEnd(_ far: Int32) throws -> Bool {
        let end = MonotonicClock.now.advanced(byNanoseconds: Self.patienceNanoseconds)
        while true {
            if let bytes = world.read(far) {
                return bytes.isEmpty
            }
            let now = turn(forNanoseconds: 200_000)
            try #require(now < end, "the stream did not end")
        }
    }

    /// Ends a conversation of which nothing may be left over.
    mutating func close(_ ends: (near: Int32, far: Int32)) throws {
        #expect(log.isEmpty)
        operations.append(.close(ends.near))
        turn()
        world.close(ends.far)
        #expect(log.isEmpty)
    }

    /// The bytes of a completed receive; the buffer goes back to the pool.
    func bytes(of completion: Completion) -> [UInt8] {
        guard completion.result > 0 else { return [] }
        let bytes = UnsafeRawBufferPointer(
            start: pool.data(completion.buffer), count: Int(completion.result))
        let copy = Array(bytes)
        pool.give(completion.buffer)
        return copy
    }
}
