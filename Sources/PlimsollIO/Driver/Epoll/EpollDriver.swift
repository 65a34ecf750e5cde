import CLinux
import Glibc
import PlimsollCore

/// Completions over epoll: try, park until the kernel reports an edge, try again.
///
/// A descriptor is registered once, for both directions and edge-triggered, when it is first
/// waited for; from then on a request costs no epoll_ctl. Listeners are level-triggered, so that
/// what one turn leaves behind is reported to the next.
///
/// Confined to its loop's thread, ``wake`` excepted.
public final class EpollDriver: Driver {
    /// Connections taken off one listener in one turn; the rest waits for the next, so that a
    /// flood of visitors does not hold up those who are inside.
    private static var acceptsPerTurnMaximum: Int { 64 }
    /// Turns that may return what the operations brought at once without asking epoll. Spares a
    /// system call per send, and bounds how long other descriptors go unheard.
    private static var unaskedTurnsMaximum: Int { 2 }

    public let name = "epoll"
    public var wake: any LoopWake { eventWake }

    private let pool: BufferPool
    private let eventWake: WakeDescriptor
    private var set: EpollSet
    private var interests = DescriptorTable<Interest>()
    private var starved = DescriptorList()
    private var unaskedTurns = 0
    private var busy = BusyTime()

    public var busyNanoseconds: Int64 { busy.nanoseconds }

    /// - Parameter pool: where receives take their buffers from.
    /// - Throws: when the process has no descriptor left.
    public init(pool: BufferPool) throws(SystemError) {
        self.pool = pool
        eventWake = try WakeDescriptor()
        set = try EpollSet()
        let answer = set.add(eventWake.descriptor, EPOLLIN | EPOLLET)
        guard answer == 0 else { throw SystemError("epoll_ctl", code: -answer) }
    }

    public func turn(
        performing operations: inout OperationQueue, until deadline: Instant,
        completions: inout CompletionQueue
    ) -> Instant {
        let countBefore = completions.count
        feedStarved(&completions)
        for index in 0..<operations.count {
            perform(operations[index], &completions)
        }
        operations.removeAll()

        busy.beginTurn()
        if completions.count > countBefore {
            unaskedTurns += 1
            guard unaskedTurns > Self.unaskedTurnsMaximum else { return MonotonicClock.now }
            unaskedTurns = 0
            _ = handleEvents(set.poll(), &completions)
            let now = MonotonicClock.now
            busy.ask(at: now)
            busy.hear(at: now)
            return now
        }
        unaskedTurns = 0
        while true {
            let asked = MonotonicClock.now
            busy.ask(at: asked)
            let isWoken = handleEvents(set.wait(until: deadline, from: asked), &completions)
            let now = MonotonicClock.now
            busy.hear(at: now)
            if isWoken || completions.count > countBefore || now >= deadline {
                return now
            }
        }
    }

    // MARK: Operations

    private func perform(_ operation: Operation, _ completions: inout CompletionQueue) {
        let descriptor = operation.descriptor
        switch operation.kind {
        case .receive:
            beginReceive(descriptor, operation.token, &completions)
        case .send:
            beginSend(descriptor, operation, &completions)
        case .accept:
            beginAccept(descriptor, operation.token, &completions)
        case .connect:
            beginConnect(descriptor, operation, &completions)
        case .cancel:
            cancel(operation.token, on: descriptor, &completions)
        case .endSending:
            _ = shutdown(descriptor, Int32(SHUT_WR))
        case .close:
            end(descriptor)
        case .reset:
            StreamSocket.dropOnClose(descriptor)
            end(descriptor)
        }
    }

    private func beginReceive(
        _ descriptor: Int32, _ token: OperationToken, _ completions: inout CompletionQueue
    ) {
        let interest = interests.entry(descriptor)
        precondition(
            interest.pointee.flags.isDisjoint(with: [.receiving, .accepting]),
            "a descriptor has one receive at a time")
        interest.pointee.receiver = token
        interest.pointee.flags.insert(.receiving)
        if !interest.pointee.flags.contains(.registered) {
            let answer = register(descriptor, interest)
            if answer < 0 {
                interest.pointee.flags.remove(.receiving)
                completions.append(Completion(token: token, result: answer))
            }
            // What is there already makes an edge of its own.
        } else if interest.pointee.flags.contains(.readable) {
            tryReceive(descriptor, interest, &completions)
        }
    }

    private func beginSend(
        _ descriptor: Int32, _ operation: Operation, _ completions: inout CompletionQueue
    ) {
        let interest = interests.entry(descriptor)
        precondition(
            interest.pointee.flags.isDisjoint(with: [.sending, .connecting]),
            "a descriptor has one send at a time")
        interest.pointee.sender = operation.token
        interest.pointee.slices = SendSlices(operation)
        interest.pointee.flags.insert(.sending)
        trySend(descriptor, interest, &completions)
        if interest.pointee.flags.contains(.sending) {
            parkSender(descriptor, interest, &completions)
        }
    }

    private func beginConnect(
        _ descriptor: Int32, _ operation: Operation, _ completions: inout CompletionQueue
    ) {
        guard let address = operation.first else {
            preconditionFailure("a connect needs an address")
        }
        let answer = StreamSocket.connect(descriptor, to: address, count: operation.firstCount)
        guard answer == -EINPROGRESS else {
            completions.append(Completion(token: operation.token, result: answer))
            return
        }
        // Registered only now: a socket that has not begun to connect reports a hang-up.
        let interest = interests.entry(descriptor)
        precondition(
            interest.pointee.flags.isDisjoint(with: .outstanding),
            "a connect is the first operation of a descriptor")
        interest.pointee.sender = operation.token
        interest.pointee.flags.insert(.connecting)
        parkSender(descriptor, interest, &completions)
    }

    private func parkSender(
        _ descriptor: Int32, _ interest: UnsafeMutablePointer<Interest>,
        _ completions: inout CompletionQueue
    ) {
        guard !interest.pointee.flags.contains(.registered) else { return }
        let answer = register(descriptor, interest)
        if answer < 0 {
            interest.pointee.flags.subtract([.sending, .connecting])
            completions.append(Completion(token: interest.pointee.sender, result: answer))
        }
    }

    private func beginAccept(
        _ listener: Int32, _ token: OperationToken, _ completions: inout CompletionQueue
    ) {
        let interest = interests.entry(listener)
        precondition(
            interest.pointee.flags.isDisjoint(with: .outstanding),
            "a listener has one accept at a time")
        // Exclusive: of several loops at one listener the kernel wakes one, not all.
        let answer = set.add(listener, EPOLLIN | EPOLLEXCLUSIVE)
        guard answer == 0 else {
            completions.append(Completion(token: token, result: answer))
            return
        }
        interest.pointee.receiver = token
        interest.pointee.flags.insert([.registered, .accepting])
    }

    private func cancel(
        _ target: OperationToken, on hint: Int32, _ completions: inout CompletionQueue
    ) {
        let descriptor = hint >= 0 ? hint : descriptor(of: target)
        guard descriptor >= 0 else { return }
        let interest = interests.entry(descriptor)
        let flags = interest.pointee.flags
        let cancelled = Completion(token: target, result: -ECANCELED)
        if !flags.isDisjoint(with: [.sending, .connecting]), interest.pointee.sender == target {
            interest.pointee.flags.subtract([.sending, .connecting])
            completions.append(cancelled)
        } else if flags.contains(.receiving), interest.pointee.receiver == target {
            interest.pointee.flags.remove(.receiving)
            completions.append(cancelled)
        } else if flags.contains(.accepting), interest.pointee.receiver == target {
            endAccept(descriptor, interest, result: -ECANCELED, &completions)
        }
    }

    // The slow way, for who does not remember where the operation was.
    private func descriptor(of target: OperationToken) -> Int32 {
        for descriptor in 0..<Int32(interests.capacity) {
            let interest = interests.entry(descriptor).pointee
            let receives = !interest.flags.isDisjoint(with: [.receiving, .accepting])
            let sends = !interest.flags.isDisjoint(with: [.sending, .connecting])
            if receives && interest.receiver == target || sends && interest.sender == target {
                return descriptor
            }
        }
        return -1
    }

    private func end(_ descriptor: Int32) {
        let interest = interests.entry(descriptor)
        precondition(
            interest.pointee.flags.isDisjoint(with: .outstanding),
            "a descriptor is closed when nothing is outstanding on it")
        // Epoll forgets the descriptor by itself.
        _ = Glibc.close(descriptor)
        interest.pointee.flags.formIntersection(.starved)
    }

    // MARK: Events

    /// - Returns: whether the loop was woken.
    private func handleEvents(_ count: Int, _ completions: inout CompletionQueue) -> Bool {
        var isWoken = false
        for index in 0..<count {
            let descriptor = set.descriptor(ofEvent: index)
            if descriptor == eventWake.descriptor {
                // Never read: watched edge-triggered, every write reports itself anew, and the
                // counter does not fill in a million years.
                isWoken = true
            } else {
                handleEvent(descriptor, set.conditions(ofEvent: index), &completions)
            }
        }
        return isWoken
    }

    private func handleEvent(
        _ descriptor: Int32, _ conditions: EPOLL_EVENTS, _ completions: inout CompletionQueue
    ) {
        let interest = interests.entry(descriptor)
        if interest.pointee.flags.contains(.accepting) {
            acceptSome(descriptor, interest, &completions)
            return
        }
        if conditions.has(EPOLLOUT | EPOLLERR | EPOLLHUP) {
            if interest.pointee.flags.contains(.sending) {
                trySend(descriptor, interest, &completions)
            } else if interest.pointee.flags.contains(.connecting) {
                interest.pointee.flags.remove(.connecting)
                completions.append(
                    Completion(
                        token: interest.pointee.sender,
                        result: StreamSocket.connectOutcome(descriptor)))
            }
        }
        if conditions.has(EPOLLRDHUP | EPOLLERR | EPOLLHUP) {
            interest.pointee.flags.insert([.readable, .ended])
        }
        if conditions.has(EPOLLIN) {
            interest.pointee.flags.insert(.readable)
        }
        if interest.pointee.flags.isSuperset(of: [.readable, .receiving]) {
            tryReceive(descriptor, interest, &completions)
        }
    }

    private func feedStarved(_ completions: inout CompletionQueue) {
        var left = starved.count
        while left > 0, pool.available > 0 {
            left -= 1
            let descriptor = starved.removeFirst()
            let interest = interests.entry(descriptor)
            interest.pointee.flags.remove(.starved)
            if interest.pointee.flags.isSuperset(of: [.readable, .receiving]) {
                tryReceive(descriptor, interest, &completions)
            }
        }
    }

    // MARK: Attempts

    private func tryReceive(
        _ descriptor: Int32, _ interest: UnsafeMutablePointer<Interest>,
        _ completions: inout CompletionQueue
    ) {
        let buffer = pool.take()
        guard !buffer.isNone else {
            if !interest.pointee.flags.contains(.starved) {
                interest.pointee.flags.insert(.starved)
                starved.append(descriptor)
            }
            return
        }
        let result = StreamSocket.receive(
            descriptor, into: pool.data(buffer), count: BufferPool.dataBytes)
        if result == -EAGAIN {
            pool.give(buffer)
            interest.pointee.flags.subtract([.readable, .ended])
            return
        }
        interest.pointee.flags.remove(.receiving)
        let token = interest.pointee.receiver
        if result > 0 {
            // A short receive emptied the socket, and so may one that fills the buffer to its last
            // byte; what comes next makes an edge.
            if !interest.pointee.flags.contains(.ended),
                result < BufferPool.dataBytes || StreamSocket.isEmpty(descriptor)
            {
                interest.pointee.flags.remove(.readable)
            }
            completions.append(
                Completion(
                    token: token, result: result, buffer: buffer,
                    leavesMore: interest.pointee.flags.contains(.readable)))
        } else {
            pool.give(buffer)
            completions.append(Completion(token: token, result: result))
        }
    }

    private func trySend(
        _ descriptor: Int32, _ interest: UnsafeMutablePointer<Interest>,
        _ completions: inout CompletionQueue
    ) {
        let result = StreamSocket.send(descriptor, interest.pointee.slices)
        if result == -EAGAIN {
            return
        }
        interest.pointee.flags.remove(.sending)
        completions.append(Completion(token: interest.pointee.sender, result: result))
    }

    private func acceptSome(
        _ listener: Int32, _ interest: UnsafeMutablePointer<Interest>,
        _ completions: inout CompletionQueue
    ) {
        let token = interest.pointee.receiver
        for _ in 0..<Self.acceptsPerTurnMaximum {
            let result = StreamSocket.accept(listener)
            if result >= 0 {
                completions.append(Completion(token: token, result: result, hasMore: true))
            } else if result == -EAGAIN {
                return
            } else if !StreamSocket.isVisitorsOwn(-result) {
                endAccept(listener, interest, result: result, &completions)
                return
            }
        }
    }

    private func endAccept(
        _ listener: Int32, _ interest: UnsafeMutablePointer<Interest>, result: Int32,
        _ completions: inout CompletionQueue
    ) {
        // Level-triggered and not served, it would end every wait at once.
        set.remove(listener)
        interest.pointee.flags.subtract([.registered, .accepting])
        completions.append(Completion(token: interest.pointee.receiver, result: result))
    }

    private func register(
        _ descriptor: Int32, _ interest: UnsafeMutablePointer<Interest>
    ) -> Int32 {
        let answer = set.add(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)
        if answer == 0 {
            interest.pointee.flags.insert(.registered)
        }
        return answer
    }
}
