import PlimsollCore
import PlimsollIO

/// The toy services.
extension Stage {
    func accept(_ service: DemoService) {
        operations.append(
            .accept(
                listeners[service.rawValue],
                OperationToken(kind: StageToken.accept, handle: Self.handle(of: service))))
    }

    private static func handle(of service: DemoService) -> Handle {
        Handle(index: UInt32(service.rawValue), generation: 0)
    }

    func accepted(_ completion: Completion) {
        guard let service = DemoService(rawValue: Int(completion.token.handle.index)) else {
            preconditionFailure("a connection of an unknown service")
        }
        if !completion.hasMore {
            // Out of descriptors, most likely: others will be closed in a moment.
            let owner = OperationToken(
                kind: StageToken.acceptAgain, handle: Self.handle(of: service))
            _ = timers.schedule(
                owner: owner.rawValue,
                at: now.advanced(
                    byNanoseconds: completion.result < 0 ? Self.acceptPauseNanoseconds : 0))
        }
        guard completion.result >= 0 else { return }
        guard !connections.isFull else {
            operations.append(.reset(completion.result))
            return
        }
        sockets.setNoDelay(completion.result)
        let handle = connections.insert(
            ServiceConnection(service: service, descriptor: completion.result))
        receiveRequest(handle.index)
    }

    private func receiveRequest(_ index: UInt32) {
        connections[index].phase = .receiving
        operations.append(
            .receive(
                connections[index].descriptor, connectionToken(StageToken.serviceReceive, index)))
    }

    private func connectionToken(_ kind: UInt8, _ index: UInt32) -> OperationToken {
        OperationToken(kind: kind, handle: connections.handle(at: index))
    }

    func requestCame(_ completion: Completion) {
        let index = completion.token.handle.index
        guard completion.result > 0 else { return closeConnection(index) }
        let bytes = UnsafeRawBufferPointer(
            start: pool.data(completion.buffer), count: Int(completion.result))
        guard connections[index].read(bytes) else { return receiveRequest(index) }
        connections[index].phase = .working
        let service = connections[index].service
        if pools[service.rawValue].enter(connections.handle(at: index)) {
            work(index)
        }
    }

    private func work(_ index: UInt32) {
        let owner = connectionToken(StageToken.work, index)
        let nanoseconds = workNanoseconds(connections[index].service)
        connections[index].work = timers.schedule(
            owner: owner.rawValue, at: now.advanced(byNanoseconds: nanoseconds))
    }

    /// A quarter more or less than usual, so that nothing marches in step.
    private func workNanoseconds(_ service: DemoService) -> Int64 {
        if service == .recommendations, isStalled { return Self.stalledWorkNanoseconds }
        if service == .inventory, isIll { return Self.illWorkNanoseconds }
        return Int64(Double(service.workNanoseconds) * (0.75 + random.unitInterval() / 2))
    }

    func workEnded(_ index: UInt32) {
        let service = connections[index].service
        connections[index].work = .none
        if let next = pools[service.rawValue].leave() {
            work(next.index)
        }
        let answer = service == .inventory && isIll ? illAnswer : goodAnswer
        connections[index].phase = .sending
        operations.append(
            .send(
                connections[index].descriptor, answer.bytes,
                connectionToken(StageToken.serviceSend, index)))
    }

    func answerLeft(_ completion: Completion) {
        let index = completion.token.handle.index
        // Less than a hundred bytes leave whole, unless nobody is there to take them.
        guard completion.result > 0 else { return closeConnection(index) }
        receiveRequest(index)
    }

    private func closeConnection(_ index: UInt32) {
        operations.append(.close(connections[index].descriptor))
        connections.remove(index)
    }
}
