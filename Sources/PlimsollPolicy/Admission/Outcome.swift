/// How an attempt ended, as far as breakers, balancing and health care.
public enum Outcome: Equatable, Sendable {
    /// A response of a working server, and the nanoseconds from the start of sending to its head.
    case success(nanoseconds: Int64)
    case failure(FailureKind)
    /// Ended for a reason that says nothing about the upstream: the client left, a stale
    /// connection, our own fault.
    case ignored

    /// The outcome of a whole response. 501 and 505 answer a strange request and 429 answers an
    /// eager client; the server that says so works.
    public init(status: UInt16, nanoseconds: Int64) {
        if status >= 500 && status < 600 && status != 501 && status != 505 {
            self = .failure(.serverError)
        } else {
            self = .success(nanoseconds: nanoseconds)
        }
    }

    /// Whether something came from the endpoint, good or bad. A timeout is the lack of it.
    public var isAnswer: Bool {
        switch self {
        case .success: true
        case .failure(let kind): kind != .responseTimeout && kind != .connectTimeout
        case .ignored: false
        }
    }

    /// The outcome of an attempt without a whole response.
    public init(failure: FailureKind) {
        self = failure == .staleConnection ? .ignored : .failure(failure)
    }
}
