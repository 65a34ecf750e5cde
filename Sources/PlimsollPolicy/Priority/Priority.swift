/// How much it matters that a request gets through when not all can. Lower raw values go first.
public enum Priority: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// What the business stands on: served as long as anything is.
    case critical
    /// What nobody has said anything about.
    case standard
    /// Worth having, and the first to do without under load.
    case sheddable
    /// Nobody waits for it: batch jobs, prefetching, crawlers.
    case background

    /// The class as configuration, metrics, logs and request headers have it.
    public var label: StaticString {
        switch self {
        case .critical: "critical"
        case .standard: "default"
        case .sheddable: "sheddable"
        case .background: "background"
        }
    }

    /// Number of classes.
    public static var count: Int { 4 }
}

extension Priority: Comparable {
    /// Smaller is more important: whoever sorts gets the order of service.
    public static func < (left: Priority, right: Priority) -> Bool {
        left.rawValue < right.rawValue
    }
}
