import PlimsollCore
import PlimsollIO

/// A question to `/explain` or `/explain/recent`, read from its query.
struct ExplainRequest {
    struct Answer {
        var status: UInt16
        var reason: StaticString
        var body: String
        var contentType: StaticString
    }

    private let isRecent: Bool
    private let fields: [String: String]

    /// - Parameter query: with its question mark, or empty.
    init(path: String, query: String) {
        isRecent = path.hasSuffix("/recent")
        var fields: [String: String] = [:]
        for part in query.drop(while: { $0 == "?" }).split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(pair[0])] = pair.count == 2 ? Self.decoded(pair[1]) : ""
        }
        self.fields = fields
    }

    func answer(of server: ServerState, at now: Instant) -> Answer {
        let reply = ExplainReply(of: server, at: now, wallNow: WallClock.now)
        guard isRecent else {
            guard let id = fields["id"], !id.isEmpty else {
                return refusal("say which request: /explain?id=ID")
            }
            let found = reply.about(id: id)
            return answer(found, status: found.isEmpty ? 404 : 200)
        }
        if let reason = fields["reason"], !ExplainReply.isReason(reason) {
            return refusal("reason is not one that requests are counted under")
        }
        let limit = fields["limit"].map { Int($0) } ?? ExplainReply.limitStandard
        guard let limit, limit >= 1, limit <= ExplainReply.limitMaximum else {
            return refusal("limit must be 1 to \(ExplainReply.limitMaximum)")
        }
        return answer(reply.recent(reason: fields["reason"], limit: limit), status: 200)
    }

    private func answer(_ found: [Explanation], status: UInt16) -> Answer {
        let isText = fields["format"] == "text"
        return Answer(
            status: status, reason: status == 200 ? "OK" : "Not Found",
            body: isText ? ExplainReply.text(found) : ExplainReply.json(found),
            contentType: isText ? "text/plain; charset=utf-8" : "application/json")
    }

    private func refusal(_ sentence: String) -> Answer {
        Answer(
            status: 400, reason: "Bad Request", body: sentence + "\n",
            contentType: "text/plain; charset=utf-8")
    }

    /// With `%41` read as `A` (RFC 3986, section 2.1); what is no such escape stays as it is.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x25, let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16),
                rest.count >= 2
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
