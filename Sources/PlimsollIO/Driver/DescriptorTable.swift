/// What a table holds for a descriptor; made anew it is that of one never met.
protocol DescriptorEntry: BitwiseCopyable {
    init()
}

/// One entry for every descriptor number a loop has met, found by plain indexing: the kernel
/// hands out the smallest number that is free, so the table stays as small as the connections
/// ever were.
///
/// Unsafe pointers: `base` holds `capacity` initialised entries of a trivial type. A pointer from
/// ``entry(_:)`` is good until the next call with a larger descriptor, which may move the table.
struct DescriptorTable<Entry: DescriptorEntry>: ~Copyable {
    private var base: UnsafeMutablePointer<Entry>
    private(set) var capacity: Int

    // Holds no entry itself: a debug build of Swift 6.3 forgets the deinit of a generic noncopyable
    // value with a field of the generic type when an object of another file drops it.
    init() {
        capacity = 256
        base = .allocate(capacity: capacity)
        base.initialize(repeating: Entry(), count: capacity)
    }

    deinit {
        base.deallocate()
    }

    mutating func entry(_ descriptor: Int32) -> UnsafeMutablePointer<Entry> {
        precondition(descriptor >= 0, "an operation needs a descriptor")
        if Int(descriptor) >= capacity {
            grow(toHold: Int(descriptor))
        }
        return base + Int(descriptor)
    }

    // Doubling: the table is as large as the largest descriptor, which RLIMIT_NOFILE bounds.
    private mutating func grow(toHold index: Int) {
        var larger = capacity * 2
        while larger <= index {
            larger *= 2
        }
        let moved = UnsafeMutablePointer<Entry>.allocate(capacity: larger)
        moved.moveInitialize(from: base, count: capacity)
        (moved + capacity).initialize(repeating: Entry(), count: larger - capacity)
        base.deallocate()
        base = moved
        capacity = larger
    }
}
