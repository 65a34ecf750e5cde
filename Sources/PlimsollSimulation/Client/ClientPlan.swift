import PlimsollCore

/// How a simulated client goes about its requests, as a value that a seed can draw.
public struct ClientPlan: Sendable {
    public var requests: [RequestPlan] = []
    /// Requests sent before the first one's answer is there; 1 waits for each answer.
    public var pipelineDepth = 1
    /// Writes so many bytes at a time …
    public var dripBytes = Int.max
    /// … with so many nanoseconds between.
    public var dripPause: Int64 = 0
    /// Ends its stream as soon as the last request has left.
    public var endsSendingEarly = false
    /// Nanoseconds after its start at which it goes away, whatever is under way.
    public var leavesAfter: Int64?
    /// It goes away by a reset.
    public var leavesByReset = false
    public var readMaximum = 64 * 1024
    /// Nanoseconds between two reads.
    public var readPause: Int64 = 0
    /// Nanoseconds between an answer and the next request.
    public var thinkTime: Int64 = 0
    /// Nanoseconds before it connects.
    public var startsAfter: Int64 = 0
    /// Opens another connection for what is left when one was closed.
    public var reconnects = true

    public init() {}

    /// Some client with some requests.
    public static func drawn(requests: Int, with chance: inout Chance) -> ClientPlan {
        var plan = ClientPlan()
        plan.pipelineDepth = chance.pick([1, 1, 1, 2, 8])
        for _ in 0..<requests {
            var request = RequestPlan.drawn(with: &chance)
            if plan.pipelineDepth > 1 { request.expectsContinue = false }
            plan.requests.append(request)
        }
        if chance.happens(0.2) {
            plan.dripBytes = chance.pick([1, 7, 1000])
            plan.dripPause = chance.within(0...1_000_000)
        }
        plan.endsSendingEarly = chance.happens(0.1)
        if chance.happens(0.15) {
            plan.leavesAfter = chance.within(0...50_000_000)
            plan.leavesByReset = chance.happens(0.5)
        }
        if chance.happens(0.15) {
            plan.readMaximum = chance.pick([1000, 4096])
            plan.readPause = chance.within(1000...500_000)
        }
        plan.thinkTime = chance.pick([0, 0, 1_000_000, 20_000_000])
        plan.startsAfter = chance.within(0...20_000_000)
        return plan
    }
}
