import PlimsollCore

/// What happens when: the earliest first, and of simultaneous things the first noted first.
///
/// A heap of plain values: a simulation of seconds notes millions of them.
public struct Calendar<Event> {
    private struct Entry {
        var time: Int64
        var order: UInt64
        var event: Event

        @inline(__always)
        func isBefore(_ other: borrowing Entry) -> Bool {
            time == other.time ? order < other.order : time < other.time
        }
    }

    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    public init() {}

    public var isEmpty: Bool { heap.isEmpty }

    public var count: Int { heap.count }

    /// When the next thing happens; nil when nothing ever will.
    public var nextTime: Instant? { heap.first.map { Instant(nanoseconds: $0.time) } }

    public mutating func add(_ event: Event, at time: Instant) {
        let entry = Entry(time: time.nanoseconds, order: nextOrder, event: event)
        nextOrder += 1
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 4
            guard entry.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    /// Takes the next thing out; nil when there is none.
    public mutating func removeFirst() -> (time: Instant, event: Event)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(last) }
        return (Instant(nanoseconds: first.time), first.event)
    }

    private mutating func sink(_ entry: Entry) {
        var parent = 0
        while true {
            let firstChild = parent * 4 + 1
            guard firstChild < heap.count else { break }
            var smallest = firstChild
            for child in firstChild + 1..<max(firstChild + 1, min(firstChild + 4, heap.count))
            where heap[child].isBefore(heap[smallest]) {
                smallest = child
            }
            guard heap[smallest].isBefore(entry) else { break }
            heap[parent] = heap[smallest]
            parent = smallest
        }
        heap[parent] = entry
    }
}
