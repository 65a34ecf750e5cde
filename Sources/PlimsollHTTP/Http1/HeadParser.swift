import PlimsollCore

/// Reads the heads of requests and responses (RFC 9112), strictly. One parser serves all
/// connections of a loop: between calls it keeps nothing but the fields of the last head.
///
/// A head is read from its start once it is whole. While it is not, only what is new is searched
/// for its end, so a head that comes byte by byte costs no more than twice its length.
public struct HeadParser: ~Copyable {
    /// The fields of the head that was parsed last; meaningful after `complete` only.
    public internal(set) var fields: FieldList

    /// Keeps a field of the last head from being passed on.
    public mutating func omitField(_ index: Int) {
        fields.markHopByHop(index)
    }

    /// - Parameter fieldCountMaximum: most fields in a head, at least 1; more are refused.
    public init(fieldCountMaximum: Int) {
        fields = FieldList(capacity: fieldCountMaximum)
    }

    /// Parses a request's head from its first byte, with everything that has come so far.
    /// - Parameters:
    ///   - scanned: how far the end of the head was searched already; 0 for a new head, and kept
    ///     by the caller between calls for the same one.
    public mutating func parseRequest(
        _ bytes: Span<UInt8>, scanned: inout Int, limits: HeadLimits
    ) -> RequestParse {
        do {
            if scanned > 0, try !hasEnd(bytes.bytes, &scanned, limits, isRequest: true) {
                return .incomplete
            }
            var head = RequestHead()
            guard try readRequest(bytes, limits, &head) else {
                // The first bytes of a head that will need more: remember where they end.
                _ = try hasEnd(bytes.bytes, &scanned, limits, isRequest: true)
                return .incomplete
            }
            return .complete(head)
        } catch {
            return .refused(error)
        }
    }

    /// Parses a response's head from its first byte, with everything that has come so far.
    /// - Parameters:
    ///   - scanned: as for ``parseRequest(_:scanned:limits:)``.
    ///   - method: of the request that this is an answer to.
    public mutating func parseResponse(
        _ bytes: Span<UInt8>, scanned: inout Int, method: Method, limits: HeadLimits
    ) -> ResponseParse {
        do {
            if scanned > 0, try !hasEnd(bytes.bytes, &scanned, limits, isRequest: false) {
                return .incomplete
            }
            var head = ResponseHead()
            guard try readResponse(bytes, method, limits, &head) else {
                _ = try hasEnd(bytes.bytes, &scanned, limits, isRequest: false)
                return .incomplete
            }
            return .complete(head)
        } catch {
            return .refused(ResponseHeadError(error))
        }
    }

    /// Searches what is new for the end of the head. False: it has not come.
    private func hasEnd(
        _ bytes: RawSpan, _ scanned: inout Int, _ limits: HeadLimits, isRequest: Bool
    ) throws(RequestHeadError) -> Bool {
        let before = scanned
        switch HeadEndSearch.run(bytes, from: before) {
        case .found: return true
        case .refused(let error): throw error
        case .missing(let resumeAt, let passedLineEnd):
            scanned = resumeAt
            // The first line is judged when it is whole or too long, however late the rest comes.
            // Past its longest length that has been done.
            if before <= limits.requestLineBytesMaximum &+ 2,
                passedLineEnd || bytes.byteCount > limits.requestLineBytesMaximum
            {
                if isRequest {
                    _ = try RequestLine.read(bytes, limits: limits)
                } else {
                    _ = try StatusLine.read(bytes)
                }
            }
            if bytes.byteCount >= limits.headBytesMaximum {
                guard isRequest, try RequestLine.read(bytes, limits: limits) == nil else {
                    throw .headTooLarge
                }
                throw .requestLineTooLong
            }
            return false
        }
    }
}
