import PlimsollCore
import Synchronization

/// What a loop counts as it happens. One counter each.
public enum WorkerEvent: Int, CaseIterable, Sendable {
    case acceptErrors
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
    case retries
    case drainsCutShort
}

/// The counters of one loop. The loop alone writes; whoever reads sees each counter whole, and
/// none of them ahead of what has happened.
///
/// A single writer needs no atomic addition: a relaxed load and a relaxed store cost a tenth of it.
///
/// Unsafe pointers: `cells` holds one atomic an event for the object's life.
public final class WorkerMetrics: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let lastTurn = Atomic<Int64>(0)

    public init() {
        cells = .allocate(capacity: WorkerEvent.allCases.count)
        for index in 0..<WorkerEvent.allCases.count {
            (cells + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        cells.deinitialize(count: WorkerEvent.allCases.count)
        cells.deallocate()
    }

    @inline(__always)
    func count(_ event: WorkerEvent) {
        add(event, 1)
    }

    @inline(__always)
    func add(_ event: WorkerEvent, _ amount: Int) {
        let cell = cells + event.rawValue
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// The loop is alive: a turn begins.
    @inline(__always)
    func beginTurn(at now: Instant) {
        lastTurn.store(now.nanoseconds, ordering: .relaxed)
    }

    /// A head was refused before it became an exchange.
    func refused(status: UInt16, _ fault: ClientFault) {}

    /// A counter's value.
    public func value(of event: WorkerEvent) -> Int {
        cells[event.rawValue].load(ordering: .relaxed)
    }

    /// When the loop last began a turn, for the watchdog.
    public var lastTurnAt: Instant { Instant(nanoseconds: lastTurn.load(ordering: .relaxed)) }
}
