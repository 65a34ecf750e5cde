import PlimsollCore

/// What a simulated upstream does with one request, as a value that a seed can draw.
public struct AnswerPlan: Sendable {
    public enum Framing: Sendable, CaseIterable {
        case length
        case chunked
        /// HTTP/1.0 style: the body ends with the connection.
        case untilClose
    }

    /// How it goes wrong, if it does.
    public enum Fault: Sendable, Equatable {
        case none
        /// Resets instead of answering.
        case resetBefore
        /// Ends the connection cleanly instead of answering.
        case closeBefore
        /// So many bytes of the answer, then a reset.
        case resetAfter(Int)
        /// So many bytes of the answer, then a clean end of the connection.
        case truncateAfter(Int)
        /// Bytes that are no response.
        case garbage
        /// Never answers.
        case silence
    }

    public var status = 200
    public var framing = Framing.length
    public var fault = Fault.none
    /// Answers as soon as the head is there, not waiting for the body.
    public var isEarly = false
    /// A 103 goes first.
    public var hasInterim = false
    /// Says `Connection: close` and does it.
    public var closes = false
    /// Closes after the answer without having said so.
    public var closesSilently = false
    /// Bytes after the answer that belong to nothing. Never drawn: those that arrive once the next
    /// request was sent cannot be told from its answer by anybody.
    public var hasSurplus = false
    /// Nanoseconds from the whole request to the answer, while it holds a slot.
    public var serviceTime: Int64 = 0

    public init() {}

    /// Some answer, more often than not a good one.
    public static func drawn(for request: RequestPlan, with chance: inout Chance) -> AnswerPlan {
        var plan = AnswerPlan()
        plan.status = chance.pick([200, 200, 200, 200, 204, 304, 404, 500, 503])
        plan.framing = chance.pick([.length, .length, .chunked, .untilClose])
        if chance.happens(0.25) {
            let after = chance.below(request.answerBytes + 200)
            plan.fault = chance.pick([
                .resetBefore, .closeBefore, .resetAfter(after), .truncateAfter(after), .garbage,
            ])
        }
        plan.isEarly = chance.happens(0.1)
        plan.hasInterim = chance.happens(0.1)
        plan.closes = chance.happens(0.1)
        plan.closesSilently = chance.happens(0.1)
        plan.serviceTime = chance.within(0...5_000_000)
        return plan
    }

    /// Whether a client may get a whole answer out of it.
    var isWhole: Bool { fault == .none }

    /// The head and the body of the answer.
    func bytes(for request: RequestPlan, attempt: Int) -> [UInt8] {
        var text = hasInterim ? "HTTP/1.1 103 Early Hints\r\nX-Sim-Hint: 1\r\n\r\n" : ""
        text += framing == .untilClose ? "HTTP/1.0 \(status) Sim\r\n" : "HTTP/1.1 \(status) Sim\r\n"
        text += "X-Sim-Request: \(request.number)\r\nX-Sim-Attempt: \(attempt)\r\n"
        let hasBody = request.method != "HEAD" && status != 204 && status != 304
        switch framing {
        case .length where status != 204: text += "Content-Length: \(request.answerBytes)\r\n"
        case .chunked where status != 204: text += "Transfer-Encoding: chunked\r\n"
        default: break
        }
        if closes { text += "Connection: close\r\n" }
        var message = Array((text + "\r\n").utf8)
        guard hasBody else { return message }
        let count = request.answerBytes
        switch framing {
        case .length, .untilClose:
            message += WireBody.bytes(request.number, .response, 0..<count)
        case .chunked:
            message += WireBody.chunked(
                request.number, .response, count: count, chunk: max(1, count / 3 + 1))
        }
        return message
    }
}
