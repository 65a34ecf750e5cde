import PlimsollCore

/// One direction of a connection, as its receiving end sees it: bytes under way, bytes that
/// arrived, and how it ends.
struct BytePipe {
    /// Arrived and unread: `bytes[readOffset...]`.
    private var bytes: [UInt8] = []
    private var readOffset = 0

    /// Bytes that the sender may not replace by new ones yet: under way, unread, or read too
    /// recently for the sender to know.
    var heldCount = 0
    /// When the latest segment arrives: later ones come later.
    var latestArrival = Instant(nanoseconds: 0)
    /// Everything the sender will ever send has arrived.
    var hasEnded = false

    var unreadCount: Int { bytes.count - readOffset }

    mutating func arrive(_ segment: [UInt8]) {
        if readOffset > 1 << 16 {
            bytes.removeFirst(readOffset)
            readOffset = 0
        }
        bytes += segment
    }

    /// Takes the first `count` unread bytes.
    mutating func read(_ count: Int) -> [UInt8] {
        let taken = Array(bytes[readOffset..<readOffset + count])
        readOffset += count
        if readOffset == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            readOffset = 0
        }
        return taken
    }

    mutating func discardUnread() {
        bytes.removeAll()
        readOffset = 0
    }
}
