/// A table whose elements live at places that others number: upstreams and endpoints keep their
/// numbers over reloads. Reserved at once, resident where used.
///
/// Unsafe pointers: both arrays are allocated for `capacity` places in `init` and freed in
/// `deinit`; a place's element is initialised exactly while its flag says so, which every access
/// checks.
struct IndexedTable<Element: ~Copyable>: ~Copyable {
    private let elements: UnsafeMutablePointer<Element>
    private let occupied: UnsafeMutablePointer<Bool>
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        elements = .allocate(capacity: capacity)
        occupied = .allocate(capacity: capacity)
        occupied.initialize(repeating: false, count: capacity)
    }

    deinit {
        for index in 0..<capacity where occupied[index] {
            (elements + index).deinitialize(count: 1)
        }
        elements.deallocate()
        occupied.deallocate()
    }

    @inline(__always)
    func isOccupied(_ index: UInt16) -> Bool {
        Int(index) < capacity && occupied[Int(index)]
    }

    mutating func put(_ element: consuming Element, at index: UInt16) {
        precondition(
            Int(index) < capacity && !occupied[Int(index)], "a place was filled that is not free")
        (elements + Int(index)).initialize(to: element)
        occupied[Int(index)] = true
    }

    mutating func remove(_ index: UInt16) {
        precondition(isOccupied(index), "a free place was vacated")
        (elements + Int(index)).deinitialize(count: 1)
        occupied[Int(index)] = false
    }

    subscript(index: UInt16) -> Element {
        unsafeAddress {
            precondition(isOccupied(index), "a free place was read")
            return UnsafePointer(elements + Int(index))
        }
        nonmutating unsafeMutableAddress {
            precondition(isOccupied(index), "a free place was written")
            return elements + Int(index)
        }
    }

    /// The table to be read from inside a call that changes other parts of its owner.
    struct View {
        fileprivate let elements: UnsafeMutablePointer<Element>
        fileprivate let occupied: UnsafeMutablePointer<Bool>

        subscript(index: UInt16) -> Element {
            unsafeAddress {
                precondition(occupied[Int(index)], "a free place was read")
                return UnsafePointer(elements + Int(index))
            }
        }
    }

    var view: View { View(elements: elements, occupied: occupied) }
}
