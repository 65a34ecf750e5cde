import PlimsollCore

/// One connection of a ``SimulatedUpstream``: reads requests, holds them against the ledger,
/// answers them as planned.
final class UpstreamPeer {
    /// The request at hand.
    private struct Job {
        var number: Int
        var attempt: Int
        var request: RequestPlan
        var answer: AnswerPlan
        var bodyCount = 0
        var isWholeRequestThere = false
        var isAnswered = false
    }

    private let upstream: SimulatedUpstream
    private let connection: PeerConnection
    private var reader = WireReader(readsRequests: true)
    private var job: Job?
    private var idleEpoch = 0

    init(upstream: SimulatedUpstream, connection: PeerConnection) {
        self.upstream = upstream
        self.connection = connection
    }

    // The connection's callbacks keep this object alive until the connection is closed.
    func start() {
        connection.whenReceived = { self.received($0) }
        connection.whenEnded = { _ in self.ended() }
        connection.resume()
        becameIdle()
    }

    private func becameIdle() {
        idleEpoch += 1
        let epoch = idleEpoch
        guard let timeout = upstream.behaviour.idleTimeout(&upstream.chance) else { return }
        upstream.network.schedule(afterNanoseconds: timeout) { [weak self] in
            guard let self, idleEpoch == epoch, job == nil, connection.isOpen else { return }
            connection.close()
        }
    }

    private func received(_ bytes: [UInt8]) {
        idleEpoch += 1
        reader.feed(bytes)
        while connection.isOpen, let event = reader.next() {
            handle(event)
        }
    }

    private func handle(_ event: WireEvent) {
        switch event {
        case .head(let head):
            begin(head)
        case .body(let bytes):
            guard job != nil else { return }
            if !WireBody.matches(bytes, job!.number, .request, at: job!.bodyCount) {
                upstream.ledger.violate("request \(job!.number): wrong body bytes")
            }
            job!.bodyCount += bytes.count
        case .end:
            requestIsThere()
        case .malformed(let sentence):
            upstream.ledger.violate("an upstream received \(sentence)")
            finish(closing: true, reset: true)
        }
    }

    private func begin(_ head: WireHead) {
        guard job == nil else {
            upstream.ledger.violate("a request was sent before the last one's answer: \(head)")
            return
        }
        guard let number = head.first("x-sim-request").flatMap({ Int($0) }) else {
            upstream.ledger.violate("an upstream received a request nobody sent: \(head)")
            return
        }
        let entry = upstream.ledger[number]
        check(head, against: entry)
        let answer = upstream.behaviour.decideAnswer(entry.request, &upstream.chance)
        upstream.ledger[number].attempts.append(answer)
        job = Job(
            number: number, attempt: entry.attempts.count, request: entry.request, answer: answer)
        upstream.began()
        if head.first("expect") != nil, !answer.isEarly {
            connection.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
        if answer.isEarly {
            work()
        }
    }

    private func check(_ head: WireHead, against entry: Ledger.Entry) {
        let plan = entry.request
        let expected = "\(plan.method) \(plan.path) HTTP/1.1"
        if head.startLine != expected {
            upstream.ledger.violate(
                "request \(plan.number) arrived as \(head.startLine), not \(expected)")
        }
        if head.count("host") != 1 {
            upstream.ledger.violate("request \(plan.number) has \(head.count("host")) hosts")
        }
        if !entry.attempts.isEmpty, plan.method == "POST" {
            upstream.ledger.violate("request \(plan.number), a POST, was seen twice")
        }
        if entry.ending != nil, entry.ending != .abandoned, entry.ending != .cut {
            upstream.ledger.violate("request \(plan.number) was sent on after it had ended")
        }
    }

    private func requestIsThere() {
        guard var current = job, !current.isWholeRequestThere else { return }
        if current.bodyCount != current.request.body.count {
            upstream.ledger.violate(
                "request \(current.number): \(current.bodyCount) bytes of body looked complete, of "
                    + "\(current.request.body.count)")
        }
        current.isWholeRequestThere = true
        job = current
        if current.isAnswered {
            finish(closing: current.answer.closes)
        } else if !current.answer.isEarly {
            work()
        }
    }

    private func work() {
        let number = job!.number
        upstream.work(job!.answer.serviceTime) { [self] in
            guard connection.isOpen, let job, job.number == number else { return }
            answer(job)
        }
    }

    private func answer(_ current: Job) {
        var bytes = current.answer.bytes(for: current.request, attempt: current.attempt)
        switch current.answer.fault {
        case .silence:
            return
        case .resetBefore:
            finish(closing: true, reset: true)
            return
        case .closeBefore:
            finish(closing: true)
            return
        case .garbage:
            bytes = Array("HTPP/9.9 hello\r\n\r\nX-Sim-Request: \(current.number)\r\n".utf8)
        case .resetAfter(let count), .truncateAfter(let count):
            bytes = Array(bytes.prefix(min(count, bytes.count - 1)))
        case .none:
            if current.answer.hasSurplus {
                bytes += Array("HTTP/1.1 200 Surplus\r\nContent-Length: 0\r\n\r\n".utf8)
            }
        }
        connection.whenDrained = { [self] in answerLeft() }
        connection.write(bytes)
    }

    private func answerLeft() {
        guard var current = job, !current.isAnswered else { return }
        connection.whenDrained = {}
        current.isAnswered = true
        job = current
        switch current.answer.fault {
        case .none:
            if current.answer.closes || current.answer.closesSilently
                || current.answer.framing == .untilClose
            {
                finish(closing: true)
            } else if current.isWholeRequestThere {
                finish(closing: false)
            }
        case .resetAfter:
            finish(closing: true, reset: true)
        default:
            finish(closing: true)
        }
    }

    private func finish(closing: Bool, reset: Bool = false) {
        if job != nil {
            job = nil
            upstream.ended()
        }
        if closing {
            connection.close(reset: reset)
        } else {
            becameIdle()
        }
    }

    // The proxy ended its side or reset: whatever was at hand is given up.
    private func ended() {
        finish(closing: true)
    }
}
