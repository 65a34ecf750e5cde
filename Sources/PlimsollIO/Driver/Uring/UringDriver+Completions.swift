import CLiburing
import Glibc
import PlimsollCore

/// Reading what the ring completed.
extension UringDriver {
    func drain(_ completions: inout CompletionQueue) {
        // What is answered by a new operation may complete while this runs: count anew.
        while true {
            let count = ring.readyCount
            if count == 0 { return }
            for index in 0..<count {
                handle(ring.completion(at: index), &completions)
            }
            ring.consume(count)
        }
    }

    private func handle(
        _ completion: cring_completion, _ completions: inout CompletionQueue
    ) {
        let tag = RingTag(rawValue: completion.tag)
        switch tag.purpose {
        case nil:
            // A send or a connect, named by the worker's own token.
            completions.append(
                Completion(
                    token: OperationToken(rawValue: completion.tag), result: completion.result))
        case .receive:
            handleReceive(tag.descriptor, completion, &completions)
        case .accept:
            handleAccept(tag.descriptor, completion, &completions)
        case .wake:
            isWoken = true
            if completion.flags & UInt32(CRING_COMPLETION_MORE) == 0 {
                isWatchingWake = false
            }
        case .unheard:
            break
        }
    }

    private func handleReceive(
        _ descriptor: Int32, _ completion: cring_completion, _ completions: inout CompletionQueue
    ) {
        let reception = receptions.entry(descriptor)
        let isCancelling = reception.pointee.flags.contains(.cancelling)
        var buffer = buffers.take(completion)
        var result = completion.result
        if result == -ENOBUFS || result == -EINTR {
            if result == -ENOBUFS {
                buffers.raiseTarget()
                if pool.available == 0 {
                    pool.noteExhausted()
                }
            }
            guard isCancelling else {
                // Whatever it is that waits there, it is there already.
                reception.pointee.flags.insert(.nonempty)
                suspend(descriptor, reception, in: &starved)
                return
            }
            result = -ECANCELED
        }
        if result <= 0, !buffer.isNone {
            pool.give(buffer)
            buffer = .none
        }
        reception.pointee.flags.subtract([.receiving, .cancelling, .nonempty])
        if completion.flags & UInt32(CRING_COMPLETION_NONEMPTY) != 0 {
            reception.pointee.flags.insert(.nonempty)
        }
        completions.append(
            Completion(
                token: reception.pointee.token, result: result, buffer: buffer,
                leavesMore: reception.pointee.flags.contains(.nonempty)))
    }

    private func handleAccept(
        _ listener: Int32, _ completion: cring_completion, _ completions: inout CompletionQueue
    ) {
        let reception = receptions.entry(listener)
        let token = reception.pointee.token
        let isCancelling = reception.pointee.flags.contains(.cancelling)
        let isOver = completion.flags & UInt32(CRING_COMPLETION_MORE) == 0
        let result = completion.result
        if result >= 0 {
            completions.append(Completion(token: token, result: result, hasMore: true))
        }
        guard isOver else { return }
        let isEnded = result < 0 && !StreamSocket.isVisitorsOwn(-result)
        if isEnded || isCancelling {
            reception.pointee.flags.subtract([.accepting, .cancelling])
            completions.append(Completion(token: token, result: isEnded ? result : -ECANCELED))
        } else {
            // The kernel ends it when its queue of completions has overflowed, for one.
            suspend(listener, reception, in: &interrupted)
        }
    }

    private func suspend(
        _ descriptor: Int32, _ reception: UnsafeMutablePointer<Reception>,
        in list: inout DescriptorList
    ) {
        reception.pointee.flags.insert(.suspended)
        if !reception.pointee.flags.contains(.listed) {
            reception.pointee.flags.insert(.listed)
            list.append(descriptor)
        }
    }
}
