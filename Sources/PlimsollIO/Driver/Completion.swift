import PlimsollCore

/// How an operation ended, or one of the connections that an `accept` brings.
@frozen
public struct Completion: BitwiseCopyable {
    public var token: OperationToken
    /// Bytes moved, or the accepted descriptor; below zero a negated `errno`.
    public var result: Int32
    /// The buffer that holds received bytes, from its data start; `none` otherwise. It belongs to
    /// whoever reads this completion and must go back to the pool.
    public var buffer: BufferIndex
    /// The operation goes on (`accept`): more completions under this token will follow.
    public var hasMore: Bool
    /// Bytes or the end of the stream were there already, behind what a `receive` brought. Where
    /// it is false they may have come since.
    public var leavesMore: Bool

    @inlinable
    public init(
        token: OperationToken, result: Int32, buffer: BufferIndex = .none, hasMore: Bool = false,
        leavesMore: Bool = false
    ) {
        self.token = token
        self.result = result
        self.buffer = buffer
        self.hasMore = hasMore
        self.leavesMore = leavesMore
    }
}
