/// What a loop counts as it happens. One counter each.
public enum WorkerEvent: Int, CaseIterable, Sendable {
    case acceptErrors
    case acceptsHeldBack
    case connectionLimitReached
    case connectionsAccepted
    case connectionsClosed
    case connectionsRefused
    case idleConnectionsEvicted
    case idleTimeouts
    case clientBytesReceived
    case clientBytesSent
    case upstreamBytesReceived
    case upstreamBytesSent
    case socketErrors
    case upstreamConnectionsOpened
    case upstreamConnectionsReused
    case upstreamConnectionsClosed
    case idleUpstreamConnectionsEnded
    case unsolicitedAnswers
    case buffersExhausted
    case slowReadersEvicted
    case retries
    case deadlinesIgnored
    case prioritiesIgnored
    case drainsCutShort
    case turns
}
