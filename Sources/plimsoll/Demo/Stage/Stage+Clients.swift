import PlimsollCore
import PlimsollIO

/// The clients.
extension Stage {
    func visit(_ service: DemoService, meantAt: Instant) {
        journal.countSent(service, meantAt: meantAt, at: now)
        let descriptor = visits.isFull ? -1 : sockets.makeSocket(.internet4)
        guard descriptor >= 0, let front else {
            journal.count(service, journal.scene, .failed, meantAt: meantAt, at: now)
            return
        }
        let index = visits.insert(
            Visit(
                service: service, scene: journal.scene, meantAt: meantAt, descriptor: descriptor)
        ).index
        let owner = visitToken(StageToken.patience, index)
        visits[index].patience = timers.schedule(
            owner: owner.rawValue,
            at: meantAt.advanced(byNanoseconds: service.patienceNanoseconds))
        operations.append(
            .connect(
                descriptor, to: front.bytes, count: front.count,
                visitToken(StageToken.visitConnect, index)))
    }

    private func visitToken(_ kind: UInt8, _ index: UInt32) -> OperationToken {
        OperationToken(kind: kind, handle: visits.handle(at: index))
    }

    func visitMoved(_ completion: Completion) {
        let index = completion.token.handle.index
        switch visits[index].phase {
        case .leaving: closeVisit(index)
        case .connecting:
            guard completion.result >= 0 else { return end(index, .failed) }
            visits[index].phase = .sending
            operations.append(
                .send(
                    visits[index].descriptor, requests[visits[index].service.rawValue].bytes,
                    visitToken(StageToken.visitSend, index)))
        case .sending:
            guard completion.result > 0 else { return end(index, .failed) }
            receiveAnswer(index)
        case .receiving: answerCame(index, completion)
        }
    }

    private func receiveAnswer(_ index: UInt32) {
        visits[index].phase = .receiving
        operations.append(
            .receive(visits[index].descriptor, visitToken(StageToken.visitReceive, index)))
    }

    /// The answer ends with the connection, as the request asked for.
    private func answerCame(_ index: UInt32, _ completion: Completion) {
        let status = visits[index].status
        guard completion.result > 0 else {
            guard completion.result == 0, status != 0 else { return end(index, .failed) }
            return end(index, status < 400 ? .good : .refused)
        }
        if status == 0 {
            let bytes = UnsafeRawBufferPointer(
                start: pool.data(completion.buffer), count: Int(completion.result))
            guard let status = Self.status(bytes) else { return end(index, .failed) }
            visits[index].status = status
        }
        receiveAnswer(index)
    }

    /// `HTTP/1.1 200`: the first bytes of a head arrive together.
    private static func status(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 12 else { return nil }
        let digits = bytes[9..<12].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        return digits[0] * 100 + digits[1] * 10 + digits[2]
    }

    func patienceEnded(_ index: UInt32) {
        visits[index].patience = .none
        note(index, .timedOut)
        let kind: UInt8
        switch visits[index].phase {
        case .connecting: kind = StageToken.visitConnect
        case .sending: kind = StageToken.visitSend
        case .receiving: kind = StageToken.visitReceive
        case .leaving: preconditionFailure("a client lost its patience twice")
        }
        visits[index].phase = .leaving
        operations.append(.cancel(visitToken(kind, index), on: visits[index].descriptor))
    }

    private func end(_ index: UInt32, _ outcome: VisitOutcome) {
        timers.cancel(visits[index].patience)
        note(index, outcome)
        closeVisit(index)
    }

    private func note(_ index: UInt32, _ outcome: VisitOutcome) {
        journal.count(
            visits[index].service, visits[index].scene, visits[index].isVoid ? .void : outcome,
            meantAt: visits[index].meantAt, at: now)
    }

    /// Nothing ran for a while, neither we nor, most likely, the proxy. Who is there was kept
    /// waiting by the machine, and who should have come meanwhile does not: all at once they would
    /// be a crowd that nobody meant to send.
    func standStill(from before: Instant) {
        journal.countStandstill(nanoseconds: now.nanoseconds(since: before))
        for index in 0..<visits.highWater where visits.isOccupied(index) {
            visits[index].isVoid = true
        }
        postponeVisits()
    }

    private func closeVisit(_ index: UInt32) {
        operations.append(.close(visits[index].descriptor))
        visits.remove(index)
    }
}
