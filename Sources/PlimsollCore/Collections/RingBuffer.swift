/// A first-in-first-out queue in one array. It grows by doubling and never shrinks, so that in
/// steady state nothing is allocated.
public struct RingBuffer<Element> {
    /// A power of two places, so that a mask wraps an index.
    @usableFromInline var places: [Element?]
    @usableFromInline var head: Int = 0
    /// Elements in the buffer.
    public private(set) var count: Int = 0

    /// - Parameter capacity: elements before the first growth; at least 1.
    public init(capacity: Int = 16) {
        precondition(capacity >= 1 && capacity <= 1 << 40, "a ring buffer needs room")
        var size = 1
        while size < capacity { size *= 2 }
        places = Array(repeating: nil, count: size)
    }

    public var isEmpty: Bool { count == 0 }

    /// The element that would leave next.
    public var first: Element? { count == 0 ? nil : places[head] }

    /// The element that many places behind the first; the index is below ``count``.
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "a ring buffer was read beyond its end")
        return places[(head &+ index) & (places.count - 1)]!
    }

    /// Puts an element at the end.
    public mutating func append(_ element: Element) {
        if count == places.count { grow() }
        places[(head &+ count) & (places.count - 1)] = element
        count += 1
    }

    /// Takes the oldest element out.
    public mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = places[head].take()
        head = (head &+ 1) & (places.count - 1)
        count -= 1
        return element
    }

    private mutating func grow() {
        var larger = [Element?](repeating: nil, count: places.count * 2)
        for index in 0..<count {
            larger[index] = places[(head + index) & (places.count - 1)].take()
        }
        places = larger
        head = 0
    }
}
