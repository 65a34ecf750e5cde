import PlimsollCore
import PlimsollHTTP

/// What a worker is made with, fixed for its life.
public struct WorkerSettings: Sendable {
    public var index: WorkerIndex
    /// Workers in all.
    public var workers: Int
    /// Of the worker's chance: request ids, two choices, jitter.
    public var seed: UInt64
    /// Most client connections, and most upstream connections, at once. Places reserved, not used.
    public var connectionsMaximum: Int
    /// Places for a head's fields; a request's listener may allow fewer.
    public var fieldCountMaximum: Int
    /// What an upstream's head may be like.
    public var answerLimits: HeadLimits

    /// For answers that no route has a say in.
    let noRules = FieldRules()
    /// The time of day, for Date fields; asked for once a second.
    public var wallNow: @Sendable () -> WallTime

    public init(
        index: WorkerIndex, workers: Int, seed: UInt64, connectionsMaximum: Int,
        fieldCountMaximum: Int, answerLimits: HeadLimits,
        wallNow: @escaping @Sendable () -> WallTime
    ) {
        self.index = index
        self.workers = workers
        self.seed = seed
        self.connectionsMaximum = connectionsMaximum
        self.fieldCountMaximum = fieldCountMaximum
        self.answerLimits = answerLimits
        self.wallNow = wallNow
    }
}
