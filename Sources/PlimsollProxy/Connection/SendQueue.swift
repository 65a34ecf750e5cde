import PlimsollCore
import PlimsollIO

/// Bytes of one pooled buffer that are on their way out.
struct Piece: BitwiseCopyable {
    var buffer: BufferIndex
    /// From the buffer's data start; below zero in its headroom.
    var start: Int32
    var count: Int32
    /// Whether the buffer goes back to the pool once the piece is sent. False for a request head
    /// that its exchange keeps for another attempt.
    var isOwned: Bool

    static var none: Piece { Piece(buffer: .none, start: 0, count: 0, isOwned: false) }

    var isNone: Bool { buffer.isNone }
}

/// What one connection has yet to send: at most two pieces, so memory is bounded and the reader
/// of the other side stops when there is no room. Both go out with one system call.
struct SendQueue: BitwiseCopyable {
    private(set) var first: Piece = .none
    private(set) var second: Piece = .none
    /// A send is outstanding: the kernel may read the pieces until it completes.
    var isOut: Bool = false

    var isEmpty: Bool { first.isNone }
    var hasRoom: Bool { second.isNone }
    /// Bytes not yet taken by the kernel.
    var pendingBytes: Int { Int(first.count) + Int(second.count) }

    mutating func append(_ piece: Piece) {
        if first.isNone {
            first = piece
        } else {
            precondition(second.isNone, "a connection sends at most two pieces at a time")
            second = piece
        }
    }

    /// Strikes off what the kernel took and gives back the buffers that are done with.
    mutating func advance(by sent: Int, pool: BufferPool) {
        var left = Int32(truncatingIfNeeded: sent)
        while left > 0 || (first.count == 0 && !first.isNone) {
            precondition(!first.isNone, "the kernel sent more than it was given")
            let taken = min(left, first.count)
            first.start += taken
            first.count -= taken
            left -= taken
            guard first.count == 0 else { return }
            if first.isOwned {
                pool.give(first.buffer)
            }
            first = second
            second = .none
        }
    }

    /// Drops everything. Not while a send is outstanding.
    mutating func drop(pool: BufferPool) {
        precondition(!isOut, "pieces were dropped that the kernel may still read")
        if first.isOwned {
            pool.give(first.buffer)
        }
        if second.isOwned {
            pool.give(second.buffer)
        }
        first = .none
        second = .none
    }

    /// Whether some piece lies in a buffer that its exchange still holds.
    func borrows(_ buffer: BufferIndex) -> Bool {
        !buffer.isNone
            && ((first.buffer == buffer && !first.isOwned)
                || (second.buffer == buffer && !second.isOwned))
    }

    /// Makes a borrowed buffer this queue's own: it goes back to the pool with its last piece.
    mutating func own(_ buffer: BufferIndex) {
        if second.buffer == buffer {
            second.isOwned = true
        } else if first.buffer == buffer {
            first.isOwned = true
        }
    }

    /// The operation that sends what is queued, in one system call.
    func operation(
        _ descriptor: Int32, _ token: OperationToken, pool: BufferPool
    ) -> Operation {
        let head = UnsafeRawBufferPointer(
            start: pool.data(first.buffer) + Int(first.start), count: Int(first.count))
        guard !second.isNone else { return .send(descriptor, head, token) }
        let body = UnsafeRawBufferPointer(
            start: pool.data(second.buffer) + Int(second.start), count: Int(second.count))
        return .send(descriptor, head, then: body, token)
    }
}
