/// Why another attempt is wanted, as far as metrics tell them apart.
public enum RetryReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case connectFailure
    case resetBeforeResponse
    case badGateway
    case unavailable
    case gatewayTimeout
    case otherStatus

    /// The reason of a failed attempt.
    @inline(__always)
    public init(of attempt: FailedAttempt) {
        switch attempt.status {
        case 502?: self = .badGateway
        case 503?: self = .unavailable
        case 504?: self = .gatewayTimeout
        case .some: self = .otherStatus
        case nil: self = attempt.failure.isBeforeSending ? .connectFailure : .resetBeforeResponse
        }
    }

    /// The reason in metrics.
    public var label: StaticString {
        switch self {
        case .connectFailure: "connect-failure"
        case .resetBeforeResponse: "reset-before-response"
        case .badGateway: "502"
        case .unavailable: "503"
        case .gatewayTimeout: "504"
        case .otherStatus: "other-status"
        }
    }
}

/// Why a failed attempt that might have been made again was not, or a hedge was not sent.
public enum RetryDenial: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The upstream's budget is spent.
    case budget
    /// The client has had its part of the upstream's budget.
    case clientBudget
    /// Requests wait for a permit, or more are in flight than the limit allows.
    case overloaded
    /// The upstream's breaker is not closed.
    case breakerOpen
    /// It could not be answered before its deadline, or the upstream asked to be left alone.
    case deadline

    /// The cause in metrics.
    public var label: StaticString {
        switch self {
        case .budget: "budget"
        case .clientBudget: "client-budget"
        case .overloaded: "overloaded"
        case .breakerOpen: "breaker-open"
        case .deadline: "deadline"
        }
    }
}
