/// `[server.explain]`: what is kept of decisions about requests, for `plimsoll explain`.
public struct ExplainSettings: Sendable, Equatable {
    /// Records a loop keeps. From 0 (none) to 1,000,000.
    public var records = 4_096
    /// A request that waited at least this long for a permit leaves a record.
    public var wait: Duration = .milliseconds(100)

    public init() {}
}
