import PlimsollCore
import PlimsollIO

/// Bytes that a connection received and nobody has used yet.
///
/// They lie in the pooled buffer they were received into. A head that is not yet whole would hold
/// that buffer for as long as a slow peer likes, so it moves to memory of its own size,
/// ``stash(pool:)``, and is put in front of the next bytes when they come.
///
/// Unsafe pointers: `stashed` is allocated in `stash`, freed in `rejoin` and `drop`, one of which
/// every connection calls before it goes.
struct InputBytes: BitwiseCopyable {
    private(set) var buffer: BufferIndex = .none
    /// From the buffer's data start; below zero after stashed bytes were put in front.
    private(set) var start: Int32 = 0
    private(set) var count: Int32 = 0
    /// How many of the bytes were searched for the end of the head.
    var scanned: Int = 0
    private var stashed: UnsafeMutableRawPointer?
    private var stashedCount: Int32 = 0

    var isEmpty: Bool { count == 0 }
    var hasStash: Bool { stashedCount > 0 }
    /// Bytes held in all.
    var heldBytes: Int { Int(count) + Int(stashedCount) }

    /// Takes what a receive brought, behind what was stashed. Nothing unused may be left.
    mutating func receive(_ received: BufferIndex, count receivedCount: Int32, pool: BufferPool) {
        precondition(count == 0 && buffer.isNone, "bytes were received before others were used")
        buffer = received
        start = 0
        count = receivedCount
        guard let bytes = stashed else { return }
        start = -stashedCount
        count += stashedCount
        (pool.data(buffer) + Int(start)).copyMemory(from: bytes, byteCount: Int(stashedCount))
        bytes.deallocate()
        stashed = nil
        stashedCount = 0
    }

    /// Moves the bytes out of the pooled buffer, which goes back. At most the headroom's size.
    mutating func stash(pool: BufferPool) {
        guard !buffer.isNone else { return }
        precondition(stashed == nil, "bytes were stashed twice")
        precondition(Int(count) <= BufferPool.headroomBytes, "more was stashed than can rejoin")
        if count > 0 {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(count), alignment: 1)
            memory.copyMemory(from: pool.data(buffer) + Int(start), byteCount: Int(count))
            stashed = memory
            stashedCount = count
        }
        pool.give(buffer)
        buffer = .none
        start = 0
        count = 0
    }

    /// Strikes off bytes that were used; an empty buffer goes back to the pool.
    mutating func consume(_ used: Int, pool: BufferPool) {
        precondition(used <= Int(count), "more bytes were used than were there")
        start += Int32(truncatingIfNeeded: used)
        count -= Int32(truncatingIfNeeded: used)
        scanned = 0
        if count == 0 && !buffer.isNone {
            pool.give(buffer)
            buffer = .none
        }
    }

    /// Gives the buffer away with `used` bytes of it, which a piece is made of; what follows them
    /// is stashed first.
    mutating func detach(_ used: Int, pool: BufferPool) -> BufferIndex {
        let detached = buffer
        precondition(!detached.isNone && used <= Int(count), "no buffer to give away")
        let rest = Int(count) - used
        precondition(rest <= BufferPool.headroomBytes, "more was stashed than can rejoin")
        if rest > 0 {
            // What follows is another message's beginning: rare, and bounded by one receive.
            let memory = UnsafeMutableRawPointer.allocate(byteCount: rest, alignment: 1)
            memory.copyMemory(from: pool.data(buffer) + (Int(start) + used), byteCount: rest)
            stashed = memory
            stashedCount = Int32(truncatingIfNeeded: rest)
        }
        buffer = .none
        start = 0
        count = 0
        scanned = 0
        return detached
    }

    /// Brings stashed bytes back into a buffer without waiting for more. False: no buffer is free.
    mutating func rejoin(pool: BufferPool) -> Bool {
        guard stashedCount > 0 else { return true }
        let fresh = pool.take()
        guard !fresh.isNone else { return false }
        receive(fresh, count: 0, pool: pool)
        return true
    }

    /// Forgets everything.
    mutating func drop(pool: BufferPool) {
        if !buffer.isNone {
            pool.give(buffer)
            buffer = .none
        }
        start = 0
        count = 0
        scanned = 0
        stashed?.deallocate()
        stashed = nil
        stashedCount = 0
    }

    /// The bytes, to be read. Valid until the next change.
    @inline(__always)
    func bytes(pool: BufferPool) -> UnsafeRawBufferPointer {
        guard !buffer.isNone else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: pool.data(buffer) + Int(start), count: Int(count))
    }

    /// The bytes, to be decoded where they lie. Valid until the next change.
    @inline(__always)
    func mutableBytes(pool: BufferPool) -> UnsafeMutableRawBufferPointer {
        guard !buffer.isNone else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(
            start: pool.data(buffer) + Int(start), count: Int(count))
    }
}
