import Glibc
import PlimsollCore

/// A buffer of a ``BufferPool``.
@frozen
public struct BufferIndex: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// No buffer.
    @inlinable
    public static var none: BufferIndex { BufferIndex(rawValue: .max) }

    @inlinable
    public var isNone: Bool { rawValue == .max }
}

/// The buffers of one loop: all of one size, handed out the warmest first, a fixed number of them.
///
/// Each has room before and after the part that the driver receives into. A head that arrived in
/// pieces is put together in the room before; a chunk's size line and its end are written around
/// its data where they lie.
///
/// The memory is reserved at once and becomes resident page by page: a buffer that only ever held
/// small messages costs one page. What a burst leaves behind goes back to the kernel once the
/// burst is over: see ``hasIdleMemory``. Confined to its loop's thread.
///
/// Unsafe pointers: `base` maps `capacity` strides for the pool's life; an index is checked
/// against `capacity` when its address is asked for, and who holds an index is the sole owner.
public final class BufferPool {
    /// Bytes before the data part. As large as the largest head that can be configured.
    public static var headroomBytes: Int { 64 * 1024 }
    /// Bytes that one receive can bring.
    public static var dataBytes: Int { 64 * 1024 }
    /// Bytes after the data part: a chunk's line end and the last chunk, with its trailer's end.
    public static var tailroomBytes: Int { 12 * 1024 }
    /// From one buffer to the next.
    public static var strideBytes: Int { headroomBytes + dataBytes + tailroomBytes }

    @usableFromInline let base: UnsafeMutableRawPointer
    /// Buffers in all.
    public let capacity: Int
    @usableFromInline let free: UnsafeMutablePointer<UInt32>
    @usableFromInline var freeCount: Int
    /// The least there were free since the last ``endInterval()``.
    @usableFromInline var freeMinimum: Int
    // The buffers at places of `free` below this have no memory: they were never taken, or it was
    // given back. Buffers are taken from the end and come back there, so what was in use since
    // lies above the least that there were free.
    @usableFromInline var pristineCount: Int
    /// How often a buffer was asked for in vain.
    public private(set) var exhaustedCount: Int = 0

    /// - Parameter capacity: number of buffers, at least 1.
    public init(capacity: Int) {
        precondition(capacity >= 1, "a pool needs a buffer")
        let bytes = capacity * Self.strideBytes
        let mapping = mmap(
            nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapping, mapping != MAP_FAILED else {
            preconditionFailure("\(bytes) bytes of address space for buffers were refused")
        }
        // Huge pages would make a hundred-byte message cost two megabytes.
        _ = madvise(mapping, bytes, MADV_NOHUGEPAGE)
        base = mapping
        self.capacity = capacity
        free = .allocate(capacity: capacity)
        for index in 0..<capacity {
            free[index] = UInt32(capacity - 1 - index)
        }
        freeCount = capacity
        freeMinimum = capacity
        pristineCount = capacity
    }

    /// The memory of so few free buffers is not worth the calls that give it back.
    @inlinable static var warmBuffers: Int { 24 }
    /// So few are always coming and going.
    private static var movingBuffers: Int { 8 }

    deinit {
        munmap(base, capacity * Self.strideBytes)
        free.deallocate()
    }

    /// Buffers that nobody holds.
    public var available: Int { freeCount }

    /// Whether less than an eighth of them is left.
    public var isScarce: Bool { freeCount < max(1, capacity / 8) }

    /// A buffer, or `none` when all are out.
    @inlinable
    public func take() -> BufferIndex {
        guard freeCount > 0 else {
            noteExhausted()
            return .none
        }
        freeCount -= 1
        if freeCount < freeMinimum { freeMinimum = freeCount }
        return BufferIndex(rawValue: free[freeCount])
    }

    /// Gives a buffer back; its holder must not touch it again.
    @inlinable
    public func give(_ buffer: BufferIndex) {
        precondition(Int(buffer.rawValue) < capacity, "not a buffer of this pool")
        precondition(freeCount < capacity, "a buffer came back twice")
        free[freeCount] = buffer.rawValue
        freeCount += 1
    }

    /// Where the data part of a buffer begins; ``headroomBytes`` lie before it and
    /// ``dataBytes`` plus ``tailroomBytes`` from it on.
    @inlinable
    public func data(_ buffer: BufferIndex) -> UnsafeMutableRawPointer {
        precondition(Int(buffer.rawValue) < capacity, "not a buffer of this pool")
        return base + (Int(buffer.rawValue) * Self.strideBytes + Self.headroomBytes)
    }

    /// Whether so many free buffers have memory that it should go back to the kernel some time.
    /// Those that are held do not count, and neither do those in a driver's hands.
    @inlinable
    public var hasIdleMemory: Bool {
        freeCount - min(pristineCount, freeMinimum) > Self.warmBuffers
    }

    /// Begins another interval.
    /// - Returns: whether more than a few buffers were in motion in the one that ends: then memory
    ///   is still needed.
    public func endInterval() -> Bool {
        let isBusy = freeCount - freeMinimum > Self.movingBuffers
        pristineCount = min(pristineCount, freeMinimum)
        freeMinimum = freeCount
        return isBusy
    }

    /// Gives the memory of free buffers back to the kernel, which hands out zeroed pages when they
    /// are next used.
    /// - Parameter maximum: buffers in one call, a few microseconds each.
    /// - Returns: whether all is done.
    public func releaseMemory(maximum: Int) -> Bool {
        pristineCount = min(pristineCount, freeMinimum)
        let end = min(freeCount, pristineCount + maximum)
        while pristineCount < end {
            let buffer = base + Int(free[pristineCount]) * Self.strideBytes
            ResidentMemory.release(
                UnsafeRawBufferPointer(start: buffer, count: Self.strideBytes))
            pristineCount += 1
        }
        freeMinimum = freeCount
        return pristineCount >= freeCount
    }

    @usableFromInline
    func noteExhausted() {
        exhaustedCount += 1
    }
}
