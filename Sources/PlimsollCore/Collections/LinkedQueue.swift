/// A bounded first-in-first-out queue whose elements can also leave from the middle.
///
/// A doubly linked list over one array of places: every verb is O(1). The array is reserved for
/// `capacity` at once, so nothing is allocated later; its pages become resident as places are
/// first used, and the place vacated last is used first.
public struct LinkedQueue<Element: BitwiseCopyable>: ~Copyable {
    /// Where an element waits. The generation changes when the place is vacated, so that the
    /// handle of an element that has left is detected, never followed.
    public typealias Place = Handle

    @usableFromInline
    struct Node {
        @usableFromInline var element: Element
        @usableFromInline var generation: UInt32
        /// The neighbour closer to the front; unused in a vacant place.
        @usableFromInline var previous: UInt32
        /// The neighbour closer to the back, or the next vacant place.
        @usableFromInline var next: UInt32
        @usableFromInline var isOccupied: Bool

        @inlinable
        init(element: Element) {
            self.element = element
            previous = .max
            generation = 0
            next = .max
            isOccupied = true
        }
    }

    @usableFromInline var nodes: [Node] = []
    @usableFromInline var front: UInt32 = .max
    @usableFromInline var back: UInt32 = .max
    @usableFromInline var firstVacant: UInt32 = .max

    /// Most elements at once. Lowering it below ``count`` evicts nobody: the queue is then full
    /// until enough have left.
    public private(set) var capacity: Int
    /// Elements that wait now.
    public private(set) var count = 0

    /// - Parameter capacity: most elements at once; 0 to 2^24.
    public init(capacity: Int) {
        precondition(capacity >= 0 && capacity <= 1 << 24, "a queue holds 0 to 2^24 elements")
        self.capacity = capacity
        nodes.reserveCapacity(capacity)
    }

    public var isEmpty: Bool { count == 0 }
    public var isFull: Bool { count >= capacity }

    /// Changes the bound; everyone keeps the place they have.
    public mutating func resize(capacity: Int) {
        precondition(capacity >= 0 && capacity <= 1 << 24, "a queue holds 0 to 2^24 elements")
        self.capacity = capacity
        nodes.reserveCapacity(capacity)
    }

    /// Puts an element at the back; nil when the queue is full.
    public mutating func append(_ element: Element) -> Place? {
        guard !isFull else { return nil }
        let index = occupy(element)
        nodes[Int(index)].previous = back
        if back == .max { front = index } else { nodes[Int(back)].next = index }
        back = index
        count += 1
        return Handle(index: index, generation: nodes[Int(index)].generation)
    }

    /// Puts an element at the front, even into a full queue: for what had its turn and has to wait
    /// again. Beyond the capacity this may allocate.
    public mutating func prepend(_ element: Element) -> Place {
        let index = occupy(element)
        nodes[Int(index)].next = front
        if front == .max { back = index } else { nodes[Int(front)].previous = index }
        front = index
        count += 1
        return Handle(index: index, generation: nodes[Int(index)].generation)
    }

    /// The element at the front, which stays.
    public var first: Element? { front == .max ? nil : nodes[Int(front)].element }

    /// Takes the element at the front.
    public mutating func popFirst() -> Element? {
        guard front != .max else { return nil }
        return vacate(front)
    }

    /// Takes an element out wherever it stands; nil when it has left already.
    public mutating func remove(_ place: Place) -> Element? {
        guard contains(place) else { return nil }
        return vacate(place.index)
    }

    /// Whether the element that this place was given for still waits.
    public func contains(_ place: Place) -> Bool {
        guard Int(place.index) < nodes.count else { return false }
        let node = nodes[Int(place.index)]
        return node.isOccupied && node.generation == place.generation
    }

    /// A place for an element, with no neighbours yet.
    private mutating func occupy(_ element: Element) -> UInt32 {
        guard firstVacant != .max else {
            nodes.append(Node(element: element))
            return UInt32(nodes.count - 1)
        }
        let index = firstVacant
        firstVacant = nodes[Int(index)].next
        nodes[Int(index)].element = element
        nodes[Int(index)].previous = .max
        nodes[Int(index)].next = .max
        nodes[Int(index)].isOccupied = true
        return index
    }

    private mutating func vacate(_ index: UInt32) -> Element {
        let node = nodes[Int(index)]
        if node.previous == .max {
            front = node.next
        } else {
            nodes[Int(node.previous)].next = node.next
        }
        if node.next == .max {
            back = node.previous
        } else {
            nodes[Int(node.next)].previous = node.previous
        }
        nodes[Int(index)].isOccupied = false
        nodes[Int(index)].generation = (node.generation &+ 1) & 0xFF_FFFF
        nodes[Int(index)].next = firstVacant
        firstVacant = index
        count -= 1
        return node.element
    }
}
