import PlimsollCore

/// What a loop asks its driver to do. Operations are written down during a turn and performed
/// together at its end, in the order of writing, with one system call where the kernel allows it.
@frozen
public struct Operation: BitwiseCopyable {
    @frozen
    public enum Kind: UInt8, Sendable {
        /// Accept connections until cancelled: one completion each, its result the new
        /// descriptor (non-blocking, close-on-exec). An error ends it.
        case accept
        /// Connect `descriptor` to the socket address at `first`. One completion.
        case connect
        /// Wait for bytes from `descriptor`. One completion: its buffer holds the bytes, result 0
        /// is the peer's end of stream. The next bytes come only after the next `receive`:
        /// until then nothing is delivered, which is all there is to backpressure.
        case receive
        /// Send the slices `first` and `second` in this order. One completion: how many bytes the
        /// kernel took, possibly fewer than asked. At most one send a descriptor is outstanding.
        case send
        /// Cancel the operation named by `target`, which then completes with `ECANCELED` or, when
        /// it was faster, as it would have. Has no completion of its own; unknown targets are
        /// ignored.
        case cancel
        /// Tell the peer that nothing more will be sent (TCP FIN). No completion. Only while no
        /// send is outstanding.
        case endSending
        /// Close `descriptor`. No completion. Only when nothing is outstanding on it.
        case close
        /// Close `descriptor` with a TCP reset, dropping what was not yet sent. Else like `close`.
        case reset
    }

    public var kind: Kind
    public var descriptor: Int32
    public var token: OperationToken
    /// Memory that belongs to the driver until the completion.
    public var first: UnsafeRawPointer?
    public var second: UnsafeRawPointer?
    public var firstCount: UInt32
    public var secondCount: UInt32

    @inlinable
    public init(
        kind: Kind, descriptor: Int32, token: OperationToken, first: UnsafeRawPointer? = nil,
        firstCount: Int = 0, second: UnsafeRawPointer? = nil, secondCount: Int = 0
    ) {
        self.kind = kind
        self.descriptor = descriptor
        self.token = token
        self.first = first
        self.second = second
        self.firstCount = UInt32(truncatingIfNeeded: firstCount)
        self.secondCount = UInt32(truncatingIfNeeded: secondCount)
    }

    @inlinable
    public static func accept(_ listener: Int32, _ token: OperationToken) -> Operation {
        Operation(kind: .accept, descriptor: listener, token: token)
    }

    @inlinable
    public static func connect(
        _ descriptor: Int32, to address: UnsafeRawPointer, count: Int, _ token: OperationToken
    ) -> Operation {
        Operation(
            kind: .connect, descriptor: descriptor, token: token, first: address, firstCount: count)
    }

    @inlinable
    public static func receive(_ descriptor: Int32, _ token: OperationToken) -> Operation {
        Operation(kind: .receive, descriptor: descriptor, token: token)
    }

    @inlinable
    public static func send(
        _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ token: OperationToken
    ) -> Operation {
        Operation(
            kind: .send, descriptor: descriptor, token: token, first: bytes.baseAddress,
            firstCount: bytes.count)
    }

    @inlinable
    public static func send(
        _ descriptor: Int32, _ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer,
        _ token: OperationToken
    ) -> Operation {
        Operation(
            kind: .send, descriptor: descriptor, token: token, first: first.baseAddress,
            firstCount: first.count, second: second.baseAddress, secondCount: second.count)
    }

    /// Cancels the operation that was asked for under `target`.
    /// - Parameter descriptor: what it was asked for on. Without it the driver has to look for
    ///   the target among all descriptors.
    @inlinable
    public static func cancel(
        _ target: OperationToken, on descriptor: Int32 = -1
    ) -> Operation {
        Operation(kind: .cancel, descriptor: descriptor, token: target)
    }

    @inlinable
    public static func endSending(_ descriptor: Int32) -> Operation {
        Operation(kind: .endSending, descriptor: descriptor, token: OperationToken(rawValue: 0))
    }

    @inlinable
    public static func close(_ descriptor: Int32) -> Operation {
        Operation(kind: .close, descriptor: descriptor, token: OperationToken(rawValue: 0))
    }

    @inlinable
    public static func reset(_ descriptor: Int32) -> Operation {
        Operation(kind: .reset, descriptor: descriptor, token: OperationToken(rawValue: 0))
    }
}
