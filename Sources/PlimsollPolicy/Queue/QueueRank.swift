/// The order of service: by class, and within a class first attempts before later ones.
struct QueueRank: Comparable {
    static var count: Int { 2 * Priority.count }

    let rawValue: UInt8

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(_ ticket: borrowing Ticket) {
        rawValue = 2 * ticket.priority.rawValue + (ticket.isRetry ? 1 : 0)
    }

    var priority: Priority {
        guard let priority = Priority(rawValue: rawValue / 2) else {
            preconditionFailure("a rank belongs to a class")
        }
        return priority
    }

    /// Smaller is served first.
    static func < (left: QueueRank, right: QueueRank) -> Bool { left.rawValue < right.rawValue }
}
