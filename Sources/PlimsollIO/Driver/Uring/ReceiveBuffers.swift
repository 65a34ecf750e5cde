import CLiburing
import Glibc
import PlimsollCore

/// The pool's buffers that wait in the kernel for bytes to arrive. The kernel takes one when a
/// receive has something to put into it, so connections that say nothing hold none.
///
/// The kernel takes them in turn, so all that are here become resident: few at first, and some
/// more after each turn in which they did not suffice.
///
/// Unsafe pointers: `slots` holds `entries` initialised places for life, `vacant` as many of
/// which the first `vacantCount` mean something. A buffer's kernel identifier is its slot.
struct ReceiveBuffers: ~Copyable {
    /// Most buffers that wait at once: a turn rarely brings more receives.
    static var entries: Int { 256 }
    private static var targetAtFirst: Int { 16 }
    // Doubling would make 32 MB of a burst of a hundred receives.
    private static var targetStep: Int { 8 }

    private let slots: UnsafeMutablePointer<BufferIndex>
    private let vacant: UnsafeMutablePointer<UInt16>
    private var vacantCount: Int
    private var target: Int
    private let targetMaximum: Int
    private var hasRaisedTarget = false

    /// Buffers that wait in the kernel now.
    var count: Int { Self.entries - vacantCount }

    /// - Parameter capacity: buffers of the pool; at most a quarter of them waits here.
    init(capacity: Int) {
        slots = .allocate(capacity: Self.entries)
        slots.initialize(repeating: .none, count: Self.entries)
        vacant = .allocate(capacity: Self.entries)
        for slot in 0..<Self.entries {
            (vacant + slot).initialize(to: UInt16(Self.entries - 1 - slot))
        }
        vacantCount = Self.entries
        targetMaximum = min(Self.entries, max(1, capacity / 4))
        target = min(Self.targetAtFirst, targetMaximum)
    }

    deinit {
        slots.deallocate()
        vacant.deallocate()
    }

    /// Brings the buffers in the kernel back to their number, as far as the pool has some.
    mutating func replenish(from pool: BufferPool, into ring: borrowing Ring) {
        hasRaisedTarget = false
        var added = 0
        while count < target, pool.available > 0 {
            let buffer = pool.take()
            vacantCount -= 1
            let slot = vacant[vacantCount]
            slots[Int(slot)] = buffer
            ring.addBuffer(pool.data(buffer), identifier: slot, distance: added)
            added += 1
        }
        if added > 0 {
            ring.publishBuffers(added)
        }
    }

    /// The buffer that a completion carries.
    mutating func take(_ completion: cring_completion) -> BufferIndex {
        guard completion.flags & UInt32(CRING_COMPLETION_BUFFER) != 0 else { return .none }
        let slot = Int(completion.flags >> UInt32(CRING_COMPLETION_BUFFER_SHIFT))
        let buffer = slots[slot]
        precondition(!buffer.isNone, "the kernel used a buffer it did not have")
        slots[slot] = .none
        vacant[vacantCount] = UInt16(slot)
        vacantCount += 1
        return buffer
    }

    /// A receive found no buffer here: let more wait from now on. Once for all receives that the
    /// same shortage left without.
    mutating func raiseTarget() {
        guard !hasRaisedTarget else { return }
        hasRaisedTarget = true
        target = min(target + Self.targetStep, targetMaximum)
    }

    /// Back to the number at first: all go back to the pool, except those that completions carry
    /// which nobody has read yet. Only when they are no longer registered.
    mutating func shrink(into pool: BufferPool, unread ring: borrowing Ring) {
        var carried = [Bool](repeating: false, count: Self.entries)
        for index in 0..<ring.readyCount {
            let completion = ring.completion(at: index)
            if completion.flags & UInt32(CRING_COMPLETION_BUFFER) != 0 {
                carried[Int(completion.flags >> UInt32(CRING_COMPLETION_BUFFER_SHIFT))] = true
            }
        }
        for slot in 0..<Self.entries where !slots[slot].isNone && !carried[slot] {
            pool.give(slots[slot])
            slots[slot] = .none
            vacant[vacantCount] = UInt16(slot)
            vacantCount += 1
        }
        target = min(Self.targetAtFirst, targetMaximum)
    }

    /// Gives all buffers back. Only when they are no longer registered.
    mutating func giveBack(to pool: BufferPool) {
        for slot in 0..<Self.entries where !slots[slot].isNone {
            pool.give(slots[slot])
            slots[slot] = .none
        }
    }
}
