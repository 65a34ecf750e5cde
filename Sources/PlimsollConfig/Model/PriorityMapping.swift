import PlimsollPolicy

/// A value of a route's priority field, and the class that it means.
public struct PriorityMapping: Sendable, Equatable {
    /// Case does not matter.
    public var value: String
    public var priority: Priority

    public init(value: String, priority: Priority) {
        self.value = value
        self.priority = priority
    }
}
