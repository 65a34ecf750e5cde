import PlimsollCore
import PlimsollIO

/// A connection of the admin server. At any time at most one operation is outstanding on it.
struct AdminConnection: ~Copyable {
    enum Phase {
        /// Waits for a request, or for the rest of one.
        case reading
        /// Sends an answer.
        case answering
        /// Has said all and waits for the peer to go, so that what it still sends does not turn
        /// the answer's end into a reset.
        case lingering
        /// The outstanding operation was cancelled; the connection closes when that is over.
        case closing
    }

    let descriptor: Int32
    var phase = Phase.reading
    /// Bytes received and not yet understood.
    var input: [UInt8] = []
    /// How far the end of the head was searched.
    var scanned = 0
    var answer: AdminAnswer?
    /// When the phase has lasted too long.
    var deadline: Instant

    init(descriptor: Int32, deadline: Instant) {
        self.descriptor = descriptor
        self.deadline = deadline
    }
}
