import PlimsollCore

/// A service as a fixed pool of workers: so many requests are worked on, the others wait in a line
/// that nobody bounds. It does not notice that whoever asked has gone.
struct ToyPool {
    let slots: Int
    private var waiting = RingBuffer<Handle>()
    private(set) var busy = 0
    /// Most requests that were inside at once, since last asked to forget it.
    private(set) var insideMaximum = 0

    init(slots: Int) {
        precondition(slots >= 1, "a pool without workers never answers")
        self.slots = slots
    }

    /// Requests worked on or waiting.
    var inside: Int { busy + waiting.count }

    /// A request comes.
    /// - Returns: whether it is worked on at once.
    mutating func enter(_ request: Handle) -> Bool {
        defer { insideMaximum = max(insideMaximum, inside) }
        guard busy < slots else {
            waiting.append(request)
            return false
        }
        busy += 1
        return true
    }

    /// A request is done.
    /// - Returns: the one whose turn it is now.
    mutating func leave() -> Handle? {
        precondition(busy > 0, "a pool finished more than it began")
        guard let next = waiting.popFirst() else {
            busy -= 1
            return nil
        }
        return next
    }

    mutating func forgetMaximum() {
        insideMaximum = inside
    }
}
