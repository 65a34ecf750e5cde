/// What is known of a failed attempt when another one is considered.
public struct FailedAttempt: Equatable, Sendable {
    public var failure: FailureKind
    /// The status of the response if there was one (`serverError`, or a listed status below 500).
    public var status: UInt16?
    /// Attempts made so far, this one included, and those that a trusted peer made before us. At
    /// least 1.
    public var attempts: Int
    /// Whether the method may be repeated without harm (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool
    /// Whether the request can be sent again from its first byte: it has no body, or all that was
    /// read of it is still held.
    public var isReplayable: Bool
    /// Whether any byte of a final response has gone to the client.
    public var hasAnsweredClient: Bool

    /// Whether this may be the upstream's way of saying that it has too much to do. A bad gateway,
    /// a refused connection and the like are not: they come at once and cost it nothing.
    public var isOverloadSign: Bool {
        if let status { return status == 429 || status == 503 || status == 504 }
        switch failure {
        case .connectRefused, .connectFailed, .staleConnection, .serverError: return false
        case .connectTimeout, .resetBeforeResponse, .resetDuringResponse, .protocolError,
            .responseTimeout:
            return true
        }
    }

    public init(
        failure: FailureKind, status: UInt16? = nil, attempts: Int, isIdempotent: Bool,
        isReplayable: Bool, hasAnsweredClient: Bool
    ) {
        self.failure = failure
        self.status = status
        self.attempts = attempts
        self.isIdempotent = isIdempotent
        self.isReplayable = isReplayable
        self.hasAnsweredClient = hasAnsweredClient
    }
}

public enum RetryVerdict: Equatable, Sendable {
    /// The failure goes to the client.
    case refuse
    /// Try again if ``RetryEconomy`` has one.
    case withinBudget
    /// Try again at once on a fresh connection: no attempt was really made, so none is counted
    /// and the budget is not asked. A fresh connection cannot be stale, so this comes once.
    case onFreshConnection
}

/// May this failure be tried again? What is unsafe is refused before anything configured is asked.
public struct RetryRules: Equatable, Sendable {
    public let settings: RetrySettings

    public init(settings: RetrySettings) {
        self.settings = settings
    }

    public func verdict(on attempt: FailedAttempt) -> RetryVerdict {
        // Part of an answer cannot be taken back, and half a body cannot be made whole.
        guard !attempt.hasAnsweredClient && attempt.isReplayable else { return .refuse }
        // A request that may have been seen is only repeated if that does no harm.
        guard attempt.failure.isBeforeSending || attempt.isIdempotent else { return .refuse }
        if attempt.failure == .staleConnection { return .onFreshConnection }
        guard settings.isEnforced && attempt.attempts <= settings.retries else { return .refuse }
        return isListed(attempt) ? .withinBudget : .refuse
    }

    /// Whether a response with this status is worth holding back until ``verdict(on:)`` is asked.
    public func isListed(status: UInt16) -> Bool {
        settings.isEnforced && settings.retries > 0
            && settings.conditions.contains(status: status)
    }

    private func isListed(_ attempt: FailedAttempt) -> Bool {
        if let status = attempt.status { return settings.conditions.contains(status: status) }
        switch attempt.failure {
        case .connectRefused, .connectTimeout, .connectFailed:
            return settings.conditions.connectFailure
        case .resetBeforeResponse:
            return settings.conditions.resetBeforeResponse
        case .staleConnection:
            return true
        case .resetDuringResponse, .protocolError, .responseTimeout, .serverError:
            // The upstream worked on these; a second round costs as much as the first.
            return false
        }
    }
}
