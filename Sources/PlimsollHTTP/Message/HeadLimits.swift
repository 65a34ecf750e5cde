/// How large a head may be.
public struct HeadLimits: BitwiseCopyable, Sendable, Equatable {
    /// Bytes of the whole head. Beyond it a request is answered 431.
    public var headBytesMaximum: Int
    /// Bytes of the request line without its CRLF. Beyond it a request is answered 414. 8,000 is
    /// the least that RFC 9112, section 3, wants to see supported.
    public var requestLineBytesMaximum: Int

    /// - Parameters: both at least 64, and at most 2^30 so that positions fit 32 bits.
    public init(headBytesMaximum: Int = 16_384, requestLineBytesMaximum: Int = 8_192) {
        precondition(
            (64...1 << 30).contains(headBytesMaximum), "a head is allowed 64 bytes to 1 GiB")
        precondition(
            (64...1 << 30).contains(requestLineBytesMaximum),
            "a request line is allowed 64 bytes to 1 GiB")
        self.headBytesMaximum = headBytesMaximum
        self.requestLineBytesMaximum = requestLineBytesMaximum
    }
}
