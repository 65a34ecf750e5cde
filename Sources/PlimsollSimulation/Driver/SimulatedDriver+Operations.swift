import Glibc
import PlimsollCore
import PlimsollIO

// Operations are tried at once and parked when they would block, as the epoll driver does it.
extension SimulatedDriver {
    func perform(_ operation: Operation) {
        guard operation.kind != .cancel else {
            cancel(operation.token, on: operation.descriptor)
            return
        }
        let state = state(of: operation)
        network.trace.note(
            network.now, "asked", operation.descriptor, Int(operation.kind.rawValue))
        switch operation.kind {
        case .accept:
            note(operation.token, of: state)
            state.beginAccept(operation.token)
            tryAccept(state)
        case .connect:
            note(operation.token, of: state)
            state.beginConnect(operation.token)
            state.socket.connect(
                to: SimulatedAddress(
                    kernelForm: UnsafeRawBufferPointer(
                        start: operation.first, count: Int(operation.firstCount))))
        case .receive:
            note(operation.token, of: state)
            state.beginReceive(operation.token)
            tryReceive(state)
        case .send:
            note(operation.token, of: state)
            state.beginSend(operation.token, SentMemory(operation))
            trySend(state)
        case .endSending:
            state.checkMayEndSending()
            state.socket.endSending()
        case .close, .reset:
            forget(operation.descriptor)
            state.socket.close(reset: operation.kind == .reset)
        case .cancel:
            break
        }
    }

    private func state(of operation: Operation) -> DescriptorState {
        let descriptor = operation.descriptor
        if let known = descriptors[descriptor] {
            return known
        }
        guard let socket = network.socket(descriptor), socket.owner == nil else {
            fatalError(
                "a \(operation.kind) on descriptor \(descriptor), which this loop does not have")
        }
        return adopt(socket)
    }

    /// The descriptor is about to be closed: nothing may be outstanding on it.
    func forget(_ descriptor: Int32) {
        guard let state = descriptors.removeValue(forKey: descriptor) else { return }
        require(
            !state.isBusy,
            "descriptor \(descriptor) was closed with \(state.outstanding) outstanding")
    }

    private func adopt(_ socket: SimulatedSocket) -> DescriptorState {
        let state = DescriptorState(socket: socket)
        socket.owner = self
        descriptors[socket.descriptor] = state
        return state
    }

    // A token names one operation until its completion: a cancel would hit the wrong one.
    private func note(_ token: OperationToken, of state: DescriptorState) {
        require(
            outstanding[token] == nil,
            "token \(String(token.rawValue, radix: 16)) names two outstanding operations")
        submissionCount += 1
        outstanding[token] = Submission(state: state, number: submissionCount)
    }

    // MARK: Cancelling

    private func cancel(_ token: OperationToken, on descriptor: Int32) {
        guard let target = outstanding[token] else { return }
        require(
            descriptor == -1 || descriptor == target.state.descriptor,
            "a cancel looks for its target on descriptor \(descriptor), which is on another")
        network.trace.note(network.now, "cancel", target.state.descriptor)
        guard network.chance.happens(manners.lateCancels) else {
            cancelParked(token, of: target.state)
            return
        }
        let delay = network.chance.within(manners.completionDelay)
        network.schedule(afterNanoseconds: delay) { [weak self] in
            // Unless it was faster; a later operation under the same token is another one.
            guard let self, outstanding[token]?.number == target.number else { return }
            cancelParked(token, of: target.state)
        }
    }

    private func cancelParked(_ token: OperationToken, of state: DescriptorState) {
        if state.accept == token {
            state.accept = nil
            complete(state, token, -ECANCELED, kind: .accept)
        } else if state.connect == token {
            state.connect = nil
            state.socket.giveUpConnecting()
            complete(state, token, -ECANCELED, kind: .connect)
        } else if state.receive == token {
            state.receive = nil
            starved.removeAll { $0 === state }
            complete(state, token, -ECANCELED, kind: .receive)
        } else if let send = state.send, send.token == token {
            state.send = nil
            complete(state, token, -ECANCELED, sent: send.memory, kind: .send)
        }
    }

    // MARK: Trying

    func tryAccept(_ state: DescriptorState) {
        while let token = state.accept, !state.socket.backlog.isEmpty {
            if network.chance.happens(manners.acceptErrors) {
                state.accept = nil
                complete(state, token, -EMFILE, kind: .accept)
                return
            }
            let connection = state.socket.backlog.removeFirst()
            _ = adopt(connection)
            complete(state, token, connection.descriptor, hasMore: true, kind: .accept)
        }
    }

    func tryReceive(_ state: DescriptorState) {
        guard let token = state.receive, state.socket.state != .connecting else { return }
        if state.socket.inbound.unreadCount > 0, buffers.available == 0 {
            if !starved.contains(where: { $0 === state }) {
                starved.append(state)
            }
            return
        }
        var most = BufferPool.dataBytes
        if network.chance.happens(manners.partialReceives) {
            most = network.chance.within(1...most)
        }
        switch state.socket.read(maximum: most) {
        case .wouldBlock:
            return
        case .end:
            state.receive = nil
            complete(state, token, 0, kind: .receive)
        case .error(let result):
            state.receive = nil
            complete(state, token, result, kind: .receive)
        case .bytes(let bytes):
            state.receive = nil
            complete(
                state, token, Int32(bytes.count), buffer: fill(bytes),
                leavesMore: state.socket.leavesMore, kind: .receive)
        }
    }

    /// Receives that waited for a buffer get those that came back.
    func feedStarved() {
        while buffers.available > 0, !starved.isEmpty {
            tryReceive(starved.removeFirst())
        }
    }

    // What lies around the bytes is poisoned: nobody may read it.
    private func fill(_ bytes: [UInt8]) -> BufferIndex {
        let buffer = buffers.take()
        let data = buffers.data(buffer)
        let after = min(
            manners.poisonBytes, BufferPool.dataBytes + BufferPool.tailroomBytes - bytes.count)
        memset(data - manners.poisonBytes, Int32(Self.poison), manners.poisonBytes)
        memset(data + bytes.count, Int32(Self.poison), after)
        bytes.withUnsafeBytes { data.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
        return buffer
    }

    func trySend(_ state: DescriptorState) {
        guard let send = state.send, state.socket.state != .connecting else { return }
        send.memory.checkUnchanged()
        var taken = 0
        for slice in [send.memory.first, send.memory.second] where slice.count > 0 {
            let result = state.socket.write(slice)
            guard result >= 0 else {
                guard taken == 0 else { break }
                guard result != Int(-EAGAIN) else { return }
                state.send = nil
                complete(state, send.token, Int32(result), sent: send.memory, kind: .send)
                return
            }
            taken += result
            guard result == slice.count else { break }
        }
        state.send = nil
        complete(state, send.token, Int32(taken), sent: send.memory, kind: .send)
    }
}

extension SimulatedDriver: SocketOwner {
    func becameReadable(_ socket: SimulatedSocket) {
        guard let state = descriptors[socket.descriptor], state.socket === socket else { return }
        tryAccept(state)
        tryReceive(state)
    }

    func becameWritable(_ socket: SimulatedSocket) {
        guard let state = descriptors[socket.descriptor], state.socket === socket else { return }
        trySend(state)
    }

    func connectEnded(_ socket: SimulatedSocket, _ result: Int32) {
        guard let state = descriptors[socket.descriptor], state.socket === socket,
            let token = state.connect
        else { return }
        state.connect = nil
        complete(state, token, result, kind: .connect)
    }
}
