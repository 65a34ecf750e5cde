/// What came of parsing the bytes that are there of a request's head.
public enum RequestParse: BitwiseCopyable, Sendable, Equatable {
    /// Good so far; call again when more bytes have come.
    case incomplete
    /// The whole head is there; what follows `headBytes` is body or the next request.
    case complete(RequestHead)
    case refused(RequestHeadError)
}

/// What came of parsing the bytes that are there of a response's head.
public enum ResponseParse: BitwiseCopyable, Sendable, Equatable {
    /// Good so far; call again when more bytes have come.
    case incomplete
    /// The whole head is there; what follows `headBytes` is body or the next response.
    case complete(ResponseHead)
    case refused(ResponseHeadError)
}
