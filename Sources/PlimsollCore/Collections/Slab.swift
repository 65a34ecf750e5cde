/// A table of elements at stable places, addressed by small integers and bounded from the start.
///
/// The memory for `capacity` elements is reserved at once and becomes resident page by page as
/// places are first used, so a generous bound costs address space only. Vacated places are used
/// again, the latest first, which keeps the resident part small and warm.
///
/// Unsafe pointers: `slots` is allocated in `init` for `capacity` places and freed in `deinit`;
/// every index is checked against `initialisedCount`, and a place's element is initialised
/// exactly while `isOccupied` says so. Accesses through the subscripts end before any call that
/// could vacate the place, because a slab belongs to one loop.
public struct Slab<Element: ~Copyable>: ~Copyable {
    @usableFromInline
    struct Slot: ~Copyable {
        @usableFromInline var generation: UInt32
        @usableFromInline var nextFree: UInt32
        @usableFromInline var isOccupied: Bool
    }

    @usableFromInline let slots: UnsafeMutablePointer<Slot>
    @usableFromInline let elements: UnsafeMutablePointer<Element>
    /// Most elements held at once.
    public let capacity: Int
    @usableFromInline var initialisedCount: UInt32 = 0
    @usableFromInline var firstFree: UInt32 = .max
    /// Elements held now.
    public private(set) var count: Int = 0

    /// - Parameter capacity: most elements at once; 1 to 2^31.
    public init(capacity: Int) {
        precondition(capacity >= 1 && capacity <= 1 << 31, "a slab holds 1 to 2^31 elements")
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        elements = .allocate(capacity: capacity)
    }

    deinit {
        for index in 0..<Int(initialisedCount) where slots[index].isOccupied {
            (elements + index).deinitialize(count: 1)
        }
        elements.deallocate()
        slots.deallocate()
    }

    /// Whether ``insert(_:)`` would find no place.
    public var isFull: Bool { count == capacity }

    /// Puts an element into a free place. The slab must not be full.
    public mutating func insert(_ element: consuming Element) -> Handle {
        let index: UInt32
        if firstFree != .max {
            index = firstFree
            firstFree = slots[Int(index)].nextFree
            slots[Int(index)].isOccupied = true
        } else {
            precondition(Int(initialisedCount) < capacity, "a slab must not be overfilled")
            index = initialisedCount
            initialisedCount += 1
            (slots + Int(index)).initialize(
                to: Slot(generation: 0, nextFree: .max, isOccupied: true))
        }
        (elements + Int(index)).initialize(to: element)
        count += 1
        return Handle(index: index, generation: slots[Int(index)].generation)
    }

    /// Takes the element out and makes every handle to it stale.
    @discardableResult
    public mutating func remove(_ index: UInt32) -> Element {
        precondition(isOccupied(index), "a vacated place was vacated again")
        slots[Int(index)].isOccupied = false
        slots[Int(index)].generation = (slots[Int(index)].generation &+ 1) & 0xFF_FFFF
        slots[Int(index)].nextFree = firstFree
        firstFree = index
        count -= 1
        return (elements + Int(index)).move()
    }

    /// Whether an element lives at this index.
    @inlinable
    public func isOccupied(_ index: UInt32) -> Bool {
        index < initialisedCount && slots[Int(index)].isOccupied
    }

    /// Whether the element that this handle was given for still lives.
    @inlinable
    public func contains(_ handle: Handle) -> Bool {
        isOccupied(handle.index) && slots[Int(handle.index)].generation == handle.generation
    }

    /// The current handle of an occupied index.
    @inlinable
    public func handle(at index: UInt32) -> Handle {
        Handle(index: index, generation: slots[Int(index)].generation)
    }

    /// The element at an occupied index, in place: no copy is made.
    ///
    /// A request reads and writes elements some two hundred times, so that they are occupied is
    /// checked in debug builds, which every test and simulation runs; that they are within the
    /// slab always is.
    @inlinable
    public subscript(index: UInt32) -> Element {
        unsafeAddress {
            precondition(index < initialisedCount, "a place beyond the slab was read")
            assert(isOccupied(index), "a vacated place was read")
            return UnsafePointer(elements + Int(index))
        }
        nonmutating unsafeMutableAddress {
            precondition(index < initialisedCount, "a place beyond the slab was written")
            assert(isOccupied(index), "a vacated place was written")
            return elements + Int(index)
        }
    }

    /// The memory of places above the highest occupied one. Nothing in it means anything until
    /// the place is used again, so its pages may be given back to the kernel. Walks the vacant
    /// places: not for the way of a request.
    public var vacantTail: UnsafeRawBufferPointer {
        var end = Int(initialisedCount)
        while end > 0, !slots[end - 1].isOccupied { end -= 1 }
        return UnsafeRawBufferPointer(
            start: elements + end,
            count: (Int(initialisedCount) - end) * MemoryLayout<Element>.stride)
    }

    /// One more than the highest index ever used: the range to walk with ``isOccupied(_:)``.
    public var highWater: UInt32 { initialisedCount }
}
