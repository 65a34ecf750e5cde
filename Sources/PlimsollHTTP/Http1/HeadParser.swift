import PlimsollCore

/// Reads the heads of requests and responses (RFC 9112), strictly. One parser serves all
/// connections of a loop: between calls it keeps nothing but the fields of the last head.
public struct HeadParser: ~Copyable {
    /// The fields of the head that was parsed last; meaningful after `complete` only.
    public internal(set) var fields: FieldList

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
        .incomplete
    }

    /// Parses a response's head from its first byte, with everything that has come so far.
    /// - Parameters:
    ///   - scanned: as for ``parseRequest(_:scanned:limits:)``.
    ///   - method: of the request that this is an answer to.
    public mutating func parseResponse(
        _ bytes: Span<UInt8>, scanned: inout Int, method: Method, limits: HeadLimits
    ) -> ResponseParse {
        .incomplete
    }
}
