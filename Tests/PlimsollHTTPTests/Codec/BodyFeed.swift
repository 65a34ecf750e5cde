import PlimsollCore
import PlimsollHTTP
import Testing

/// What came out of a decoder once all pieces had gone in.
struct BodyFeed: Equatable {
    var data: [UInt8] = []
    var trailers = ""
    /// Bytes that belonged to the body.
    var consumed = 0
    var isComplete = false
    var error: BodyError?

    var text: String { String(decoding: data, as: UTF8.self) }

    /// Feeds the bytes, cut where `cuts` says (ascending), until the body ends or breaks.
    static func decode(_ bytes: [UInt8], _ framing: BodyFraming, cuts: [Int] = []) -> BodyFeed {
        var decoder = BodyDecoder(framing)
        var feed = BodyFeed()
        var start = 0
        for end in cuts + [bytes.count] {
            var piece = Array(bytes[start..<end])
            var span = piece.mutableSpan
            let decoded = decoder.decode(&span)
            feed.data += piece[decoded.data.indices]
            feed.consumed += decoded.consumed
            feed.error = decoded.error
            #expect(decoded.isComplete == decoder.isComplete)
            if decoded.isComplete || decoded.error != nil { break }
            #expect(decoded.consumed == piece.count, "what is there must be used")
            start = end
        }
        feed.isComplete = decoder.isComplete
        if feed.isComplete {
            feed.trailers = String(decoding: decoder.trailers, as: UTF8.self)
        }
        return feed
    }

    /// The same bytes whole, in two pieces at every boundary, and byte by byte: always the same.
    static func everyWay(
        _ text: String, _ framing: BodyFraming = .chunked,
        location: SourceLocation = #_sourceLocation
    ) -> BodyFeed {
        let bytes = Array(text.utf8)
        let whole = decode(bytes, framing)
        for cut in 0...bytes.count {
            #expect(decode(bytes, framing, cuts: [cut]) == whole, sourceLocation: location)
        }
        #expect(
            decode(bytes, framing, cuts: Array(0..<bytes.count)) == whole, sourceLocation: location)
        return whole
    }
}
