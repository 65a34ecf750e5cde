import PlimsollCore

/// What will happen when, the earliest first, and of simultaneous things the first noted first.
struct EventQueue {
    private struct Event {
        var time: Instant
        var order: UInt64
        var action: () -> Void

        func isBefore(_ other: Event) -> Bool {
            time == other.time ? order < other.order : time < other.time
        }
    }

    private var heap: [Event] = []
    private var nextOrder: UInt64 = 0

    /// When the next thing happens; nil when nothing ever will.
    var nextTime: Instant? { heap.first?.time }

    mutating func add(at time: Instant, _ action: @escaping () -> Void) {
        heap.append(Event(time: time, order: nextOrder, action: action))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> (time: Instant, action: () -> Void) {
        require(!heap.isEmpty, "nothing is going to happen")
        let first = heap[0]
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[smallest]) {
                smallest = child
            }
            guard smallest != parent else { return (first.time, first.action) }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
