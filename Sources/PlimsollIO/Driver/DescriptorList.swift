/// Descriptors in the order of their coming: a queue in a ring that grows to the longest it was.
///
/// Unsafe pointers: `base` holds `capacity` (a power of two) places of a trivial type; it is
/// replaced only in ``append(_:)`` and freed in `deinit`.
struct DescriptorList: ~Copyable {
    private var base: UnsafeMutablePointer<Int32>
    private var capacity = 64
    private var head = 0
    private(set) var count = 0

    init() {
        base = .allocate(capacity: capacity)
        base.initialize(repeating: -1, count: capacity)
    }

    deinit {
        base.deallocate()
    }

    mutating func append(_ descriptor: Int32) {
        if count == capacity {
            grow()
        }
        base[(head + count) & (capacity - 1)] = descriptor
        count += 1
    }

    mutating func removeFirst() -> Int32 {
        precondition(count > 0, "nothing is in the list")
        let descriptor = base[head]
        head = (head + 1) & (capacity - 1)
        count -= 1
        return descriptor
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
        larger.initialize(repeating: -1, count: capacity * 2)
        for index in 0..<count {
            larger[index] = base[(head + index) & (capacity - 1)]
        }
        base.deallocate()
        base = larger
        capacity *= 2
        head = 0
    }
}
