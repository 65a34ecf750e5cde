import PlimsollCore

/// One request that a simulated client sends, as a value that a seed can draw.
public struct RequestPlan: Sendable {
    public enum Body: Sendable {
        case none
        case length(Int)
        /// So many bytes in chunks of so many.
        case chunked(Int, chunk: Int)

        var count: Int {
            switch self {
            case .none: 0
            case .length(let count), .chunked(let count, _): count
            }
        }
    }

    /// Its place in the ``Ledger``.
    public var number = 0
    public var method = "GET"
    public var path = "/"
    public var host = "simulated.test"
    public var minorVersion = 1
    public var body = Body.none
    /// Bytes that a whole answer's body has.
    public var answerBytes = 100
    /// Asks that the connection be closed after the answer.
    public var wantsClose = false
    public var expectsContinue = false
    /// Further lines of the head, each with its CRLF.
    public var fields = ""

    public init() {}

    /// Some request.
    public static func drawn(with chance: inout Chance) -> RequestPlan {
        var plan = RequestPlan()
        plan.method = chance.pick(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE"])
        plan.path = "/p/\(chance.below(1000))?q=\(chance.below(10))"
        if plan.method == "POST" || plan.method == "PUT" {
            let count = chance.pick([0, 1, 10, 100, 1000, 5000, 70_000])
            plan.body =
                chance.happens(0.5)
                ? .length(count) : .chunked(count, chunk: chance.pick([1 + count / 3, 16_384]))
            plan.expectsContinue = chance.happens(0.1) && count > 0
        }
        plan.answerBytes = chance.pick([0, 1, 100, 100, 100, 5000, 5000, 66_000])
        plan.wantsClose = chance.happens(0.05)
        return plan
    }

    /// The request's head.
    var head: [UInt8] {
        var text = "\(method) \(path) HTTP/1.\(minorVersion)\r\n"
        text += "Host: \(host)\r\n"
        text += "X-Sim-Request: \(number)\r\n"
        switch body {
        case .none: break
        case .length(let count): text += "Content-Length: \(count)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        }
        if wantsClose { text += "Connection: close\r\n" }
        if expectsContinue { text += "Expect: 100-continue\r\n" }
        return Array((text + fields + "\r\n").utf8)
    }

    /// The body as it goes on the wire.
    var framedBody: [UInt8] {
        switch body {
        case .none: []
        case .length(let count): WireBody.bytes(number, .request, 0..<count)
        case .chunked(let count, let chunk):
            WireBody.chunked(number, .request, count: count, chunk: chunk)
        }
    }
}
