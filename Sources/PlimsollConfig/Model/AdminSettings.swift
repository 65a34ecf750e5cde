/// `[admin]`: health, metrics and status for operators, on a loop of its own.
public struct AdminSettings: Sendable, Equatable {
    /// nil when the admin server is off.
    public var listen: ListenAddress? = .defaultAdmin

    public init() {}
}
