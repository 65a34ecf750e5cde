/// Why plimsoll refused a request before any attempt. Each refusal is counted under exactly one.
public enum ShedReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// plimsoll itself is at a limit: connections, descriptors or memory.
    case overloaded
    /// The deadline has passed, or passed while the request waited.
    case deadlineUnmeetable
    /// The breaker of the upstream, or of all its endpoints, is open.
    case breakerOpen
    /// No permit, and every place in the queue is taken.
    case queueFull
    /// Waited for a permit as long as allowed.
    case queueTimeout
    /// No permit, and the upstream has no queue.
    case noQueue
    /// No endpoint is healthy, in or below its limit.
    case noEndpoint
    /// More requests than the rate that was agreed.
    case rateLimited
    /// Its place in the queue went to a request that matters more.
    case evicted

    /// The reason in metrics, logs and the `details` of Proxy-Status.
    public var label: StaticString {
        switch self {
        case .overloaded: "overloaded"
        case .deadlineUnmeetable: "deadline-unmeetable"
        case .breakerOpen: "breaker-open"
        case .queueFull: "queue-full"
        case .queueTimeout: "queue-timeout"
        case .noQueue: "no-queue"
        case .noEndpoint: "no-endpoint"
        case .rateLimited: "rate-limited"
        case .evicted: "evicted"
        }
    }

    /// The status of the answer.
    public var status: UInt16 {
        switch self {
        case .deadlineUnmeetable: 504
        case .rateLimited: 429
        case .overloaded, .breakerOpen, .queueFull, .queueTimeout, .noQueue, .noEndpoint,
            .evicted:
            503
        }
    }

    /// The error type in Proxy-Status (RFC 9209, section 2.3).
    public var proxyStatusError: StaticString {
        switch self {
        case .overloaded, .queueFull, .queueTimeout, .noQueue, .evicted:
            "connection_limit_reached"
        case .rateLimited: "http_request_denied"
        case .deadlineUnmeetable: "http_response_timeout"
        case .breakerOpen, .noEndpoint: "destination_unavailable"
        }
    }

    /// Whether the answer says when to come back. A deadline does not return.
    public var hasRetryAfter: Bool { self != .deadlineUnmeetable }
}
