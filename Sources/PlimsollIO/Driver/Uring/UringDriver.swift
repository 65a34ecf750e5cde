import Glibc
import PlimsollCore

/// Completions over io_uring: operations are written into the shared queue and handed over by the
/// one system call that also waits.
///
/// Receives are single: each costs a queue entry but no system call, brings at most one buffer,
/// and a descriptor with none outstanding has nothing in the kernel, so it can be closed, and
/// a peer that sends without being asked fills its socket and not our buffers. A multishot
/// receive promises the opposite of both, and answers come unasked often enough: the peer may
/// well be faster than the completion of our send. It was measured: 4 % of the processor at one
/// connection, nothing at 64.
///
/// May be made on any thread; belongs to the thread of its first turn, ``wake`` excepted.
public final class UringDriver: Driver {
    public let name = "io_uring"
    public var wake: any LoopWake { eventWake }
    public var busyNanoseconds: Int64 { busy.nanoseconds }

    /// From so many operations on, handing them over takes a time of its own, since the kernel
    /// sends at once: it must not pass for waiting.
    private static var workingOperations: Int { 16 }

    let pool: BufferPool
    private let eventWake: WakeDescriptor
    let ring: Ring
    var buffers: ReceiveBuffers
    var receptions = DescriptorTable<Reception>()
    /// Receives that found no buffer, until there are some.
    var starved = DescriptorList()
    /// Accepts that the kernel has ended and nobody else.
    var interrupted = DescriptorList()
    private var busy = BusyTime()
    private var isEnabled = false
    var isWoken = false
    var isWatchingWake = false

    /// - Parameter pool: where receives take their buffers from; some of them are always in the
    ///   driver's hands, until it is gone.
    /// - Throws: when io_uring is refused, see ``DriverChoice``.
    public init(pool: BufferPool) throws(SystemError) {
        self.pool = pool
        buffers = ReceiveBuffers(capacity: pool.capacity)
        eventWake = try WakeDescriptor()
        ring = try Ring()
        let answer = ring.registerBuffers(entries: ReceiveBuffers.entries)
        guard answer == 0 else { throw SystemError("io_uring_register", code: -answer) }
    }

    deinit {
        ring.unregisterBuffers()
        buffers.giveBack(to: pool)
    }

    public func turn(
        performing operations: inout OperationQueue, until deadline: Instant,
        completions: inout CompletionQueue
    ) -> Instant {
        if !isEnabled {
            enable()
        }
        let countBefore = completions.count
        let isWorking = operations.count >= Self.workingOperations
        isWoken = false
        busy.beginTurn()
        for index in 0..<operations.count {
            perform(operations[index], &completions)
        }
        operations.removeAll()
        while true {
            buffers.replenish(from: pool, into: ring)
            resume(&completions)
            if completions.count > countBefore || isWorking {
                ring.submit()
            }
            let asked = MonotonicClock.now
            busy.ask(at: asked)
            if completions.count == countBefore, ring.readyCount == 0 {
                ring.submitAndWait(until: deadline, from: asked)
            }
            drain(&completions)
            let now = MonotonicClock.now
            busy.hear(at: now)
            if isWoken || completions.count > countBefore || now >= deadline {
                return now
            }
        }
    }

    /// The buffers that wait in the kernel can only be taken out of its ring together. A receive
    /// that has bytes meanwhile finds none, and is put back in the next turn.
    public func releaseMemory() {
        guard isEnabled else { return }
        ring.unregisterBuffers()
        buffers.shrink(into: pool, unread: ring)
        let answer = ring.registerBuffers(entries: ReceiveBuffers.entries)
        precondition(answer == 0, "the ring of buffers was refused: errno \(-answer)")
    }

    private func enable() {
        let answer = ring.enable()
        precondition(answer == 0, "the ring could not be enabled: errno \(-answer)")
        isEnabled = true
    }

    /// Puts back into the kernel what came out of it without having ended.
    private func resume(_ completions: inout CompletionQueue) {
        if !isWatchingWake {
            makeRoom(&completions)
            // Each write completes this anew. The descriptor is never read: its counter does not
            // fill in a million years.
            ring.watch(eventWake.descriptor)
            isWatchingWake = true
        }
        while interrupted.count > 0 {
            makeRoom(&completions)
            resume(interrupted.removeFirst())
        }
        // No more of them than there are buffers, or they would be back at once.
        var affordable = min(starved.count, buffers.count)
        while affordable > 0 {
            affordable -= 1
            makeRoom(&completions)
            resume(starved.removeFirst())
        }
    }

    private func resume(_ descriptor: Int32) {
        let reception = receptions.entry(descriptor)
        let isSuspended = reception.pointee.flags.contains(.suspended)
        reception.pointee.flags.subtract([.listed, .suspended])
        guard isSuspended else { return }
        if reception.pointee.flags.contains(.receiving) {
            submitReceive(descriptor, reception)
        } else if reception.pointee.flags.contains(.accepting) {
            ring.accept(descriptor, RingTag(.accept, descriptor))
        }
    }

    // MARK: Operations

    private func perform(_ operation: Operation, _ completions: inout CompletionQueue) {
        makeRoom(&completions)
        let descriptor = operation.descriptor
        switch operation.kind {
        case .receive:
            beginReceive(descriptor, operation.token)
        case .send:
            ring.send(operation)
        case .accept:
            beginAccept(descriptor, operation.token)
        case .connect:
            beginConnect(operation, &completions)
        case .cancel:
            cancel(operation.token, on: descriptor, &completions)
        case .endSending:
            // As an operation it would go to a thread of the kernel's, 20 % dearer.
            _ = shutdown(descriptor, Int32(SHUT_WR))
        case .close:
            end(descriptor)
        case .reset:
            StreamSocket.dropOnClose(descriptor)
            end(descriptor)
        }
    }

    /// Hands the operations over early when the queue is full. The kernel may be unable to take
    /// them before its completions are read.
    func makeRoom(_ completions: inout CompletionQueue) {
        while ring.space == 0 {
            ring.submit()
            if ring.space == 0 {
                drain(&completions)
            }
        }
    }

    private func beginReceive(_ descriptor: Int32, _ token: OperationToken) {
        let reception = receptions.entry(descriptor)
        precondition(
            reception.pointee.flags.isDisjoint(with: [.receiving, .accepting]),
            "a descriptor has one receive at a time")
        reception.pointee.token = token
        reception.pointee.flags.insert(.receiving)
        submitReceive(descriptor, reception)
    }

    /// Puts the receive into the queue. Unless something is known to be there, the kernel waits
    /// before it looks, for the answer to the last message is seldom there already.
    func submitReceive(_ descriptor: Int32, _ reception: UnsafeMutablePointer<Reception>) {
        let isNonempty = reception.pointee.flags.contains(.nonempty)
        ring.receive(descriptor, pollsFirst: !isNonempty, RingTag(.receive, descriptor))
    }

    private func beginAccept(_ listener: Int32, _ token: OperationToken) {
        let reception = receptions.entry(listener)
        precondition(
            reception.pointee.flags.isDisjoint(with: [.receiving, .accepting]),
            "a listener has one accept at a time")
        reception.pointee.token = token
        reception.pointee.flags.insert(.accepting)
        ring.accept(listener, RingTag(.accept, listener))
    }

    private func beginConnect(_ operation: Operation, _ completions: inout CompletionQueue) {
        guard let address = operation.first else {
            preconditionFailure("a connect needs an address")
        }
        let family = address.load(as: sa_family_t.self)
        if family == sa_family_t(AF_UNIX) {
            // Succeeds or fails at once; the ring would make a thread of the kernel's wait for
            // room in a full backlog.
            let result = StreamSocket.connect(
                operation.descriptor, to: address, count: operation.firstCount)
            completions.append(Completion(token: operation.token, result: result))
        } else {
            ring.connect(operation)
        }
    }

    private func cancel(
        _ target: OperationToken, on hint: Int32, _ completions: inout CompletionQueue
    ) {
        let descriptor = hint >= 0 ? hint : descriptor(of: target)
        guard descriptor >= 0 else {
            ring.cancel(rawTag: target.rawValue)
            return
        }
        let reception = receptions.entry(descriptor)
        let flags = reception.pointee.flags
        guard !flags.isDisjoint(with: [.receiving, .accepting]), reception.pointee.token == target
        else {
            ring.cancel(rawTag: target.rawValue)
            return
        }
        if flags.contains(.suspended) {
            reception.pointee.flags.subtract([.receiving, .accepting, .suspended])
            completions.append(Completion(token: target, result: -ECANCELED))
        } else if !flags.contains(.cancelling) {
            reception.pointee.flags.insert(.cancelling)
            let purpose: RingTag.Purpose = flags.contains(.receiving) ? .receive : .accept
            ring.cancel(rawTag: RingTag(purpose, descriptor).rawValue)
        }
    }

    // The slow way, for who does not remember where the operation was.
    private func descriptor(of target: OperationToken) -> Int32 {
        for descriptor in 0..<Int32(receptions.capacity) {
            let reception = receptions.entry(descriptor).pointee
            let isOutstanding = !reception.flags.isDisjoint(with: [.receiving, .accepting])
            if isOutstanding && reception.token == target {
                return descriptor
            }
        }
        return -1
    }

    private func end(_ descriptor: Int32) {
        let reception = receptions.entry(descriptor)
        precondition(
            reception.pointee.flags.isDisjoint(with: [.receiving, .accepting]),
            "a descriptor is closed when nothing is outstanding on it")
        reception.pointee.flags.formIntersection(.listed)
        ring.close(descriptor)
    }
}
