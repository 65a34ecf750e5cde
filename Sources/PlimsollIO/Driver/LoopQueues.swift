/// An append-only list of one turn, its storage kept from turn to turn.
///
/// Unsafe pointers: `base` holds `capacity` places of a trivial type, the first `count` of them
/// initialised; it is replaced only in `append`, under exclusive access, and freed in `deinit`.
public struct TurnList<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    public private(set) var count: Int = 0

    public init(initialCapacity: Int = 256) {
        precondition(initialCapacity >= 1, "a turn's list begins with room for one")
        capacity = initialCapacity
        base = .allocate(capacity: initialCapacity)
    }

    deinit {
        base.deallocate()
    }

    public mutating func append(_ element: Element) {
        if count == capacity {
            grow()
        }
        (base + count).initialize(to: element)
        count += 1
    }

    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "an index past the end of a turn's list")
        return base[index]
    }

    public mutating func replace(at index: Int, with element: Element) {
        precondition(index >= 0 && index < count, "an index past the end of a turn's list")
        base[index] = element
    }

    public mutating func removeAll() {
        count = 0
    }

    // Grows to the largest turn ever seen, which the number of connections bounds.
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

/// What a loop has asked for and its driver has not yet seen.
public typealias OperationQueue = TurnList<Operation>
/// What a driver reports of one turn.
public typealias CompletionQueue = TurnList<Completion>
