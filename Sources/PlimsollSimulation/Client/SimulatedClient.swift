import PlimsollCore

/// A client that sends its requests as planned and holds every answer against the ledger: that
/// it belongs to its request, is whole and right byte for byte, or was honestly cut off.
public final class SimulatedClient {
    /// An answer that is being read.
    private struct Answer {
        var head: WireHead
        var bodyCount = 0
    }

    public let plan: ClientPlan
    /// All requests have ended.
    public private(set) var isDone = false

    private let network: SimulatedNetwork
    private let address: SimulatedAddress
    private let ledger: Ledger
    private let numbers: [Int]
    private var connection: PeerConnection?
    private var reader = WireReader(readsRequests: false)
    /// The next request to send, an index of `numbers`.
    private var next = 0
    /// Sent and not fully answered, the oldest first.
    private var unanswered: [Int] = []
    private var answer: Answer?
    /// Not yet written; a drip takes from its front.
    private var outgoing = OutgoingBytes()
    private var isDripping = false
    /// A body that waits for a 100.
    private var heldBody: [UInt8] = []
    private var isThinking = false
    /// Attempts to connect that failed, in a row. Nobody knocks for ever.
    private var vainKnocks = 0
    /// The latest request asked for the connection's end.
    private var isLastSent = false

    public init(
        network: SimulatedNetwork, address: SimulatedAddress, ledger: Ledger, plan: ClientPlan
    ) {
        self.network = network
        self.address = address
        self.ledger = ledger
        self.plan = plan
        numbers = plan.requests.map { ledger.add($0) }
        network.schedule(afterNanoseconds: plan.startsAfter) { [self] in open() }
        if let leave = plan.leavesAfter {
            network.schedule(afterNanoseconds: plan.startsAfter + leave) { [self] in abandon() }
        }
    }

    private func open() {
        guard !isDone else { return }
        reader = WireReader(readsRequests: false)
        isLastSent = false
        let connection = network.connect(to: address)
        self.connection = connection
        connection.readMaximum = plan.readMaximum
        connection.readPause = plan.readPause
        connection.whenConnected = { [self] in
            vainKnocks = 0
            pump()
        }
        connection.whenReceived = { [self] in received($0) }
        connection.whenEnded = { [self] in ended($0) }
    }

    // MARK: Sending

    private func pump() {
        guard let connection, connection.isOpen, !isThinking else { return }
        while !isLastSent, next < numbers.count, unanswered.count < plan.pipelineDepth {
            let number = numbers[next]
            let request = ledger[number].request
            next += 1
            unanswered.append(number)
            ledger[number].sentAt = network.now
            outgoing.append(request.head)
            if request.expectsContinue {
                heldBody = request.framedBody
            } else {
                outgoing.append(request.framedBody)
            }
            if request.wantsClose { isLastSent = true }
        }
        drip()
    }

    private func drip() {
        guard !isDripping, let connection, connection.isOpen else { return }
        if !outgoing.isEmpty {
            // A long body would drip for ever: what is many drips long comes in larger ones.
            let count = min(max(plan.dripBytes, outgoing.count / 64), outgoing.count)
            connection.write(outgoing.prefix(count))
            outgoing.removeFirst(count)
        }
        guard outgoing.isEmpty else {
            isDripping = true
            network.schedule(afterNanoseconds: plan.dripPause) { [self] in
                isDripping = false
                drip()
            }
            return
        }
        if plan.endsSendingEarly, next == numbers.count, heldBody.isEmpty {
            connection.endSending()
        }
    }

    // MARK: Receiving

    private func received(_ bytes: [UInt8]) {
        reader.feed(bytes)
        while connection != nil {
            if answer == nil, unanswered.isEmpty {
                if reader.unreadCount > 0 {
                    ledger.violate("a client received bytes that answer nothing")
                    leave(.cut)
                }
                return
            }
            if answer == nil {
                reader.answersHead = ledger[unanswered[0]].request.method == "HEAD"
            }
            guard let event = reader.next() else { return }
            handle(event)
        }
    }

    private func handle(_ event: WireEvent) {
        let number = unanswered[0]
        switch event {
        case .head(let head):
            answer = Answer(head: head)
            if head.status == 100 {
                outgoing.append(heldBody)
                heldBody = []
                drip()
            } else if let answered = head.first("x-sim-request"), Int(answered) != number {
                ledger.violate("request \(number) got the answer of request \(answered)")
            }
        case .body(let bytes):
            if answer!.head.first("x-sim-request") != nil,
                !WireBody.matches(bytes, number, .response, at: answer!.bodyCount)
            {
                ledger.violate("request \(number): wrong bytes in its answer")
            }
            answer!.bodyCount += bytes.count
        case .end:
            if (100..<200).contains(answer!.head.status) {
                answer = nil
            } else {
                finish()
            }
        case .malformed(let sentence):
            ledger.violate("request \(number) was answered with \(sentence)")
            leave(.cut)
        }
    }

    /// A whole answer is there.
    private func finish() {
        let number = unanswered.removeFirst()
        let finished = answer!
        answer = nil
        judge(finished, of: number)
        let status = finished.head.status
        let isLocal = finished.head.first("x-sim-request") == nil
        ledger.end(
            number, isLocal ? .refused(status: status) : .answered(status: status),
            at: network.now)
        let isLast =
            finished.head.first("connection") == "close" || ledger[number].request.wantsClose
            || !heldBody.isEmpty
        if isLast {
            connectionIsOver()
        } else if next == numbers.count, unanswered.isEmpty {
            leave(.cut)
        } else if plan.thinkTime > 0 {
            isThinking = true
            network.schedule(afterNanoseconds: plan.thinkTime) { [self] in
                isThinking = false
                pump()
            }
        } else {
            pump()
        }
    }

    private func judge(_ answer: Answer, of number: Int) {
        let entry = ledger[number]
        let status = answer.head.status
        guard answer.head.first("x-sim-request") != nil else {
            ledger[number].refusal = answer.head.first("proxy-status")
            ledger[number].refusalID = answer.head.first("x-request-id")
            if answer.head.first("proxy-status") == nil || status < 400 {
                ledger.violate("request \(number) got an answer of nobody: \(answer.head)")
            }
            return
        }
        guard let attempt = answer.head.first("x-sim-attempt").flatMap({ Int($0) }),
            entry.attempts.indices.contains(attempt)
        else {
            ledger.violate("request \(number) got an answer that no upstream made")
            return
        }
        let planned = entry.attempts[attempt]
        if status != planned.status {
            ledger.violate("request \(number): status \(status), not \(planned.status)")
        }
        let isEmpty = entry.request.method == "HEAD" || status == 204 || status == 304
        let isWholeBody = answer.bodyCount == (isEmpty ? 0 : entry.request.answerBytes)
        // A body until the close that is cut by a clean close cannot be told from a whole one.
        if planned.framing == .untilClose, case .truncateAfter = planned.fault { return }
        if !planned.isWhole || !isWholeBody {
            ledger.violate(
                "request \(number): a truncated answer looked complete: \(answer.bodyCount) of "
                    + "\(entry.request.answerBytes) bytes, \(planned)")
        }
    }

    // MARK: Ending

    private func ended(_ ending: PeerConnection.Ending) {
        vainKnocks += 1
        guard vainKnocks <= 5 else {
            leave(.cut)
            return
        }
        if ending == .end, answer != nil, reader.endOfStream() {
            finish()
        }
        if connection != nil {
            connectionIsOver()
        }
    }

    /// What was sent here and not answered never will be; the rest may go over another one.
    private func connectionIsOver() {
        connection?.close()
        connection = nil
        for number in unanswered {
            ledger.end(number, .cut, at: network.now)
        }
        unanswered = []
        answer = nil
        outgoing.removeAll()
        heldBody = []
        guard plan.reconnects, next < numbers.count else {
            leave(.cut)
            return
        }
        network.schedule(afterNanoseconds: max(plan.thinkTime, 10_000 << vainKnocks)) { [self] in
            open()
        }
    }

    private func abandon() {
        guard !isDone else { return }
        leave(.abandoned)
    }

    private func leave(_ ending: Ledger.Ending) {
        guard !isDone else { return }
        isDone = true
        connection?.close(reset: ending == .abandoned && plan.leavesByReset)
        connection = nil
        for number in unanswered + numbers[next...] {
            ledger.end(number, ending, at: network.now)
        }
        unanswered = []
        next = numbers.count
    }
}
